# How much memory a process takes.

# peak_memory PID [GO]: until the process ends, looks a hundred times a second how
# much anonymous memory it has, and prints the most that was seen, in KiB. After
# the first look it makes the file GO.
peak_memory() {
    local key value rest most=0 never

    # A pipe in which nothing ever is, to wait without another process.
    exec {never}<> <(:)
    while [ -e "/proc/$1/status" ]; do
        while read -r key value rest; do
            case $key$value in
            State:Z) break 2 ;;
            RssAnon:*) ((value <= most)) || most=$value ;;
            esac
        done <"/proc/$1/status"
        [ $# -eq 1 ] || : >"$2"
        read -r -t 0.01 -u "$never" rest || :
    done 2>/dev/null
    exec {never}<&-
    echo "$most"
}
