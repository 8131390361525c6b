# How much memory a process and its children take.

# anonymous_memory PID: KiB that it has; 0 if it is gone.
anonymous_memory() {
    local key value rest

    while read -r key value rest; do
        case $key$value in
        State:Z) break ;;
        RssAnon:*) echo "$value"; return ;;
        esac
    done <"/proc/$1/status"
    echo 0
} 2>/dev/null

# peak_memory PID [GO]: until the process ends, looks a hundred times a second how
# much anonymous memory it and its children have together, and prints the most
# that was seen, in KiB. After the first look it makes the file GO.
peak_memory() {
    local most=0 sum child children never

    # A pipe in which nothing ever is, to wait without another process.
    exec {never}<> <(:)
    while sum=$(anonymous_memory "$1") && [ "$sum" -gt 0 ]; do
        children=
        read -r children <"/proc/$1/task/$1/children" || :
        for child in $children; do
            sum=$((sum + $(anonymous_memory "$child")))
        done
        ((sum <= most)) || most=$sum
        [ $# -eq 1 ] || : >"$2"
        read -r -t 0.01 -u "$never" child || :
    done 2>/dev/null
    exec {never}<&-
    echo "$most"
}
