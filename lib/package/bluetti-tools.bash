# Completion of bt-poll, bt-decode, db-insert, bt-scan and bt-discover for bash:
# the options that --help lists, and what they take.
_bluetti_tools() {
    local word=$2 option=$3 letter long names=() takes=

    # "=" is a word of its own.
    [ "$word" != = ] || word=
    [ "$option" != = ] || option=${COMP_WORDS[COMP_CWORD - 2]}
    local IFS=$'\n'
    while IFS=" " read -r letter long; do
        names+=("${long%%[A-Z[]*}")
        case $option in
        "$letter" | "${long%%[=[]*}") [[ $long = *'['* ]] || takes=${long#*=} ;;
        esac
    done < <("$1" --help | sed -nE 's/^  (-.|  ).? +(--[^ ]+).*/\1 \2/; s/^ +(--)/- \1/; /^-. --|^- --/p')
    [[ $takes != --* ]] || takes=

    case $takes,$word in
    MODEL,*) mapfile -t COMPREPLY < <(compgen -W "$(bt-decode --models | cut -f 1)" -- "$word") ;;
    HCIN,*) mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/bluetooth 2>/dev/null)" -- "$word") ;;
    DIR,*) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    FILE,* | PATH,*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    ,-*) mapfile -t COMPREPLY < <(compgen -W "${names[*]}" -- "$word") ;;
    ,*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
    [[ ${COMPREPLY[0]-} != --*= ]] || compopt -o nospace 2>/dev/null
}
complete -o filenames -F _bluetti_tools bt-poll bt-decode db-insert bt-scan bt-discover
