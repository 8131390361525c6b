# Whether processes run.

# has_ended PID: one that nobody has waited for yet has ended, too. It may stay:
# in some containers nobody waits for orphans.
has_ended() {
    local key state

    while read -r key state; do
        [ "$key" != State: ] || break
    done 2>/dev/null <"/proc/$1/status" || return 0
    [[ $state = [ZX]* ]]
}
