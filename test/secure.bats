#!/usr/bin/env bats
# bt-poll and stations that encrypt: the same commands, the same lines; and
# what is said of a session that is refused, broken or malformed.

load common
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    # A clone may have them writable by the group, which is refused.
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
    keys=$PWD
}

# encrypted NAME IMAGE [OPTION...]: a station that encrypts.
encrypted() {
    local name=$1 image=$2
    shift 2
    sim_start "$name" "$image" --encrypt --keys "$keys/station.keys" "$@"
}

# poll [OPTION...]: of the station s, with its keys.
poll() {
    ${ACCELERATED:-} bt-poll --keys "$keys/test.keys" "$@" "unix:$PWD/s"
}

# Records without what differs from run to run.
records() {
    bt-decode "$@" | sed 's/^{.*"model":/{"model":/'
}

# What a plain EB3A says, in the file $truth.
truth() {
    sim_start plain EB3A
    bt-poll -1 "unix:$PWD/plain" | records >truth
    sim_stop plain
    truth=$PWD/truth
    [ -s truth ]
}

# --- the same as plain ---------------------------------------------------------

@test "an encrypted station gives the same records as a plain one" {
    accelerate 10
    sim_start plain AC300
    $ACCELERATED bt-poll -1 --all "unix:$PWD/plain" | records >truth
    sim_stop plain
    encrypted s AC300
    poll -1 --all >log 2>err
    records log | diff truth -
    [ ! -s err ]
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 1 ]
    # Packs were selected in the session too.
    [ "$(grep -c '"pack":[12]' truth)" -eq 2 ]
    [ "$(grep -cE ' 01060bbe000[12][0-9a-f]{4} 01060bbe000' log)" -eq 2 ]
}

@test "the lines of the log are in the clear" {
    encrypted s EB3A
    poll -1 >log
    sim_start plain EB3A
    bt-poll -1 "unix:$PWD/plain" >plain.log
    diff <(cut -d ' ' -f 3-5 log | grep -v end) <(cut -d ' ' -f 3-5 plain.log | grep -v end)
}

@test "a station that does not encrypt is waited for by nobody" {
    sim_start s EB3A
    local begin end
    begin=$(date +%s%3N)
    poll -1 >log
    end=$(date +%s%3N)
    grep -q end log
    ((end - begin < 1500))
}

# in_pieces OPTIONS: the records are the same with these of bt-sim.
in_pieces() {
    # The options are words without blanks.
    # shellcheck disable=SC2086
    encrypted s EB3A $1
    poll -1 2>err | records | diff "$truth" -
    [ ! -s err ]
    sim_stop s
}

@test "any MTU, any pieces, two messages at once" {
    truth
    at_once in_pieces <<'EOF'
--mtu 23
--mtu 23 --fragment 1
--mtu 64
--fragment 7
--fragment 17
--challenge-early
--challenge-early --mtu 23
--challenge-early --fragment 3
EOF
    encrypted s EB3A --fault "result 1 joined" --fault "key 1 fragment 20"
    poll -1 | records | diff truth -
}

# --- how it is found out ---------------------------------------------------------

# found FAULT...: the station's challenge is not seen in time; it is found out
# that it encrypts, and nothing is missing.
found() {
    accelerate 10
    truth
    local faults=() fault
    for fault; do faults+=(--fault "$fault"); done
    encrypted s EB3A "${faults[@]}"
    poll -1 >log 2>err
    grep -v '!lost' log | records | diff truth -
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 1 ]
    [ "$(grep '!' log | grep -vc '!lost')" -eq 0 ]
}

@test "a challenge in place of the answer to a plain request" {
    found "challenge 1 late 700"
}

@test "ATT error 0x0e in place of the answer" {
    found "challenge 1 late 700" "plain 1- att-error 14"
}

@test "a plain request is ignored, and the challenge comes later" {
    found "challenge 1 silence"
}

@test "a link that ends in place of the answer: a challenge is waited for" {
    found "challenge 1 late 900" "plain 1 drop" "challenge 2 late 2500"
    grep -q "the link was lost; trying again" err
    [ "$(counter s plain-requests)" -eq 1 ]
}

@test "a link that ends in place of the first answer, of a plain station" {
    accelerate 10
    sim_start s EB3A --fault "request 1 drop"
    ACCELERATE_ELAPSED=elapsed poll -1 >log
    [ "$(bt-decode log | wc -l)" -eq 1 ]
    # A challenge is waited for, and not for long.
    (($(cat elapsed) >= 3000 && $(cat elapsed) <= 7000))
}

@test "what was learned is remembered" {
    accelerate 10
    # After the first session no plain request is ever sent again.
    encrypted s EB3A --fault "challenges 2- late 900"
    poll -n 3 -i 1 --release >log
    sim_stop s
    [ "$(grep -c 'end$' log)" -eq 3 ]
    [ "$(counter s handshakes-complete)" -eq 3 ]
    [ "$(counter s plain-requests)" -eq 0 ]
}

@test "a station that has encrypted and answers in plain is reported, once" {
    accelerate 20
    encrypted s EB3A
    poll -n 6 -i 5 >log 2>err 3>&- &
    local pid=$!
    wait_for 10 grep -q "end$" log
    sim_stop s
    rm -f s
    sim_start s EB3A
    wait "$pid"
    [ "$(grep -c "^bt-poll: unix:$PWD/s: used encryption before, but responds in plain text now: is it the same station?$" err)" -eq 1 ]
    # It is polled all the same.
    [ "$(grep -c "end$" log)" -ge 6 ]
}

@test "--plain sends no encrypted word" {
    accelerate 10
    encrypted s EB3A
    run --separate-stderr poll -1 --plain -t 20
    assert_failure 76
    [[ "$stderr" == *"the station requires encryption: omit --plain"* ]]
    refute_output --regexp ' 0103[0-9a-f]{12} 01'
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 0 ]
    assert [ "$(counter s plain-requests)" -ge 1 ]
}

@test "--secure sends no plain word" {
    accelerate 10
    sim_start s EB3A
    run --separate-stderr poll -1 --secure -t 20
    assert_failure 76
    assert_output ""
    [[ "$stderr" == *"the encryption handshake timed out; trying again"* ]]
    sim_stop s
    [ "$(counter s reads)" -eq 0 ]
}

# --- what a handshake survives ---------------------------------------------------

# survived FAULT: the records are the same, by the same handshake.
survived() {
    encrypted s EB3A --fault "$1"
    poll -1 2>err | records | diff "$truth" -
    [ ! -s err ]
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 1 ]
    [ "$(counter s connects)" -eq 1 ]
}

@test "a challenge that is repeated, a key that was not heard" {
    truth
    at_once survived <<'EOF'
challenge 1 duplicate
key 1 unheard
challenge 1 clear
key 1 late 900
EOF
}

@test "a new key exchange in the running session is followed" {
    accelerate 10
    encrypted s EB3A --fault "request 2 rekey" \
        --fault "request 6 rekey" --fault "request 6 silence"
    poll -n 3 -i 1 >log 2>err
    [ ! -s err ]
    [ "$(grep -c '!' log)" -eq 0 ]
    [ "$(bt-decode log | grep -c '"total_battery_percent":100')" -eq 3 ]
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 3 ]
    [ "$(counter s connects)" -eq 1 ]
}

@test "a key exchange inside of the session is refused, and another link is good" {
    accelerate 10
    encrypted s EB3A --fault "request 2 rekey-inside"
    poll -n 3 -i 1 >log 2>err
    grep -q "an invalid encrypted message.*trying again" err
    grep -q ": back" err
    sim_stop s
    # The poll goes on over the other link.
    [ "$(grep -c '!' log)" -eq 0 ]
    [ "$(bt-decode log | grep -c '"total_battery_percent":100')" -eq 3 ]
    [ "$(counter s connects)" -eq 2 ]
    [ "$(counter s handshakes-complete)" -eq 2 ]
}

# silent FAULT: the poll that it cuts off goes on 17 s later.
silent() {
    encrypted s EB3A --fault "request 8 $1"
    poll -n 6 -i 30 >log 2>err
    sim_stop s
    grep -q "no answer in time; trying again" err
    grep -q ": back" err
    [ "$(counter s connects)" -eq 2 ]
    [ "$(bt-decode log | grep -c '"ac_input_voltage"')" -eq 6 ]
    bt-decode log | jq -r 'select(.ac_input_voltage) | .time' >times
    jq -e -Rn '[inputs | sub("\\..*"; "Z") | fromdate] |
        [range(1; length) as $i | .[$i] - .[$i - 1]] | max <= 50' times
}

@test "a session that goes silent is replaced, and no poll is lost" {
    accelerate 20
    at_once silent <<<$'mute\nstall'
}

@test "one read that is never answered ends no session" {
    accelerate 20
    encrypted s EB3A --fault "read 70+22 silence"
    poll -n 3 -i 60 >log
    sim_stop s
    [ "$(bt-decode log | grep -c '"total_battery_percent":100')" -eq 3 ]
    # A new session was tried once, in vain.
    [ "$(counter s connects)" -eq 2 ]
}

# --- what is refused --------------------------------------------------------------

# refused REASON FAULT: the only thing that is said, at once, with status 76.
refused() {
    encrypted s EB3A --fault "$2"
    run --separate-stderr poll -1
    assert_failure 76
    assert_output ""
    assert_equal "$stderr" "bt-poll: unix:$PWD/s: $1"
    sim_stop s
    rm s.*
}

@test "refusals that no retry mends" {
    refused "the station rejected the response to its challenge: its firmware may encrypt in another way" \
        "results 1- refused 1"
    refused "the station rejected the key: other keys may be needed, see --keys" \
        "key-results 1- refused 1"
    refused "the station's key is not signed by the trusted key: other keys may be needed, see --keys" \
        "keys 1- signature"
}

@test "without its keys a station is not trusted" {
    encrypted s EB3A
    run --separate-stderr bt-poll -1 "unix:$PWD/s"
    assert_failure 76
    assert_output ""
    [[ "$stderr" == *"not signed by the trusted key"* ]]
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 0 ]
}

@test "keys that were good once are tried again" {
    accelerate 10
    encrypted s EB3A --fault "request 4 drop" --fault "key 2 signature"
    poll -n 3 -i 1 >log 2>err
    grep -q "not signed by the trusted key.*; trying again" err
    grep -q ": back" err
    [ "$(grep -c 'end$' log)" -eq 3 ]
}

# malformed FAULT: no session comes about, for a reason that is said.
malformed() {
    encrypted s EB3A --fault "$1"
    run --separate-stderr poll -1 -t 15
    assert_failure
    [ "$status" -eq 76 ] || [ "$status" -eq 69 ]
    refute_output --regexp ' 0103[0-9a-f]{12} 01'
    [[ "$stderr" == *"bt-poll: unix:$PWD/s: "*"; trying again"* ]]
    sim_stop s
}

@test "malformed messages: a reason, and no value" {
    accelerate 10
    at_once malformed <<'EOF'
results 1- checksum
results 1- short
results 1- long
results 1- type 9
results 1- instead 6
results 1- instead 4
results 1- truncate 3
results 1- silence
keys 1- checksum
keys 1- short
keys 1- length 65535
keys 1- length 0
keys 1- unaligned
keys 1- off-curve
keys 1- instead 6
keys 1- instead 3
keys 1- garbage 146
keys 1- clear
keys 1- silence
key-results 1- checksum
key-results 1- length 65535
key-results 1- unaligned
key-results 1- garbage 18
key-results 1- silence
requests 1- length 65535
requests 1- length 3
requests 1- unaligned
requests 1- garbage 50
requests 1- clear
requests 1- crc
requests 1- truncate 7
EOF
}

# recovered FAULT: it costs a connection.
recovered() {
    encrypted s EB3A --fault "$1"
    poll -n 2 -i 1 >log 2>err
    grep -q "; trying again" err
    grep -q ": back" err
    bt-decode log | wrong_values "$truth" >wrong
    [ ! -s wrong ]
    [ "$(bt-decode log | grep -c '"total_battery_percent":100')" -ge 2 ]
    sim_stop s
}

@test "one malformed message costs a connection and no value" {
    truth
    accelerate 10
    at_once recovered <<'EOF'
key 1 checksum
request 2 length 65535
request 2 garbage 30
request 2 unaligned
key-result 1 garbage 18
EOF
}

# --- keys ---------------------------------------------------------------------------

# bad_keys REASON: the file test.keys is refused with it.
bad_keys() {
    run bt-poll --keys test.keys -1 "unix:$PWD/s"
    assert_failure 78
    assert_output "bt-poll: test.keys$1"
}

@test "a file of keys is checked" {
    chmod 620 test.keys
    bad_keys ": others may write it: run chmod go-w"
    chmod 602 test.keys
    bad_keys ": others may write it: run chmod go-w"
    chmod 600 test.keys
    echo "local_kye 00" >test.keys
    bad_keys ":1: unknown name: the names are local_key, client_signing_private and device_signing_public"
    printf '# mine\nlocal_key 00\n' >test.keys
    bad_keys ":2: local_key has 16 bytes"
    printf 'local_key 0x\n' >test.keys
    bad_keys ":1: local_key: not pairs of hexadecimal digits"
    printf 'device_signing_public %0128d\n' 1 >test.keys
    bad_keys ": device_signing_public is not a point of P-256"
    printf 'client_signing_private %064d\n' 0 >test.keys
    bad_keys ": client_signing_private is not a private key of P-256"
    rm test.keys
    bad_keys ": No such file or directory"
    mkdir test.keys
    bad_keys ": is not a regular file"
}

@test "--plain and --secure exclude each other" {
    run bt-poll --plain --secure unix:s
    assert_failure 64
    assert_output "bt-poll: --plain does not go with --secure; try bt-poll --help"
}

# --- faults of every kind -----------------------------------------------------------

# mixture SEED: six polls of an AC300.
mixture() {
    encrypted s AC300 --random "$1:150"
    timeout 120 $ACCELERATED bt-poll --keys "$keys/test.keys" -n 6 -i 5 \
        "unix:$PWD/s" 2>err | bt-decode >records
    sim_stop s
    wrong_values "$truth" <records | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c '"dc_input_power":752' records)" -ge 1 ]
}

@test "mixtures of all faults in encrypted sessions: no wrong value" {
    accelerate 10
    sim_start clean AC300
    truth=$PWD/truth
    $ACCELERATED bt-poll -1 "unix:$PWD/clean" | bt-decode >truth
    sim_stop clean
    accelerate 100
    at_once mixture < <(seq 1 "${MIXTURES:-12}")
}
