# The queries of a dashboard as Grafana sends them to the database, a line each:
# title and letter, and SQL. Like Grafana: variables first, then $__interval, then
# macros, whose arguments end at the first closing parenthesis.
#
#   jq -r --argjson from N --argjson to N --argjson interval SECONDS
#       --arg device VALUE --argjson identities '[VALUE, ...]' -f grafana.jq FILE

def sqlstring: "'" + gsub("'"; "''") + "'";

def interval_text:
    if . % 86400 == 0 then "\(. / 86400)d"
    elif . % 3600 == 0 then "\(. / 3600)h"
    elif . % 60 == 0 then "\(. / 60)m"
    else "\(.)s" end;

def interval_seconds:
    capture("^'(?<n>[0-9]+)(?<unit>[smhd])'$")
    | (.n | tonumber) * {s: 1, m: 60, h: 3600, d: 86400}[.unit];

def variable($name; $value): split("${\($name):sqlstring}") | join($value);

def macro($name; $args):
    if $name == "__timeFilter" then
        "\($args[0]) BETWEEN FROM_UNIXTIME(\($from)) AND FROM_UNIXTIME(\($to))"
    elif $name == "__timeFrom" then "FROM_UNIXTIME(\($from))"
    elif $name == "__timeTo" then "FROM_UNIXTIME(\($to))"
    elif $name == "__unixEpochGroupAlias" then
        ($args[1] | interval_seconds) as $s | "\($args[0]) DIV \($s) * \($s) AS \"time\""
    else error("no macro " + $name) end;

def macros:
    . as $sql
    | [match("\\$([_a-zA-Z0-9]+)\\(([^)]*)\\)"; "g")]
    | reduce .[] as $m ({at: 0, text: ""};
        .text += $sql[.at:$m.offset] + macro($m.captures[0].string;
            $m.captures[1].string | split(",") | map(gsub("^ +| +$"; "")))
        | .at = $m.offset + $m.length)
    | .text + $sql[.at:];

def expand:
    variable("device"; $device | sqlstring)
    | variable("identities"; $identities | map(sqlstring) | join(","))
    | split("$__interval_ms") | join("\($interval * 1000)")
    | split("$__interval") | join($interval | interval_text)
    | split("$__unixEpochFrom()") | join("\($from)")
    | split("$__unixEpochTo()") | join("\($to)")
    | macros;

(.templating.list[] | "\(.name)\t\(.query | expand)"),
(.panels[] | .title as $title | .targets[]
    | "\($title), \(.refId)\t\(.rawSql | expand)")
