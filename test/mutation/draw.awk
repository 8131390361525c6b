# Draws changes of the sources, one a function: awk -v seed=1 -v count=100 -f
# draw.awk FILE.c... prints them, one a line, with tabs between
#
#   file, line, column, length, function, rule, what replaces these characters
#
# The same seed draws the same changes of the same sources, with any awk.

# Lehmer's generator: the awks have different ones of their own.
function chance(n) {
	state = (state * 16807) % 2147483647
	return int(state / 2147483647 * n)
}

# The line with blanks for its comments and strings.
function code_of(line,   out, i, c, quote) {
	if (!in_comment) {
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (quote && c == "\\") {
				out = out "  "
				i++
				continue
			}
			if (!quote && substr(line, i, 2) == "/*") {
				in_comment = substr(line, i) !~ /\*\//
				break
			}
			if (!quote && (c == "\"" || c == "'"))
				quote = c
			else if (c == quote)
				quote = ""
			out = out (quote || c == "\"" || c == "'" ? " " : c)
		}
		return out
	} else if (line ~ /\*\//)
		in_comment = 0
	return ""
}

function add(column, length_, rule, text) {
	changes[++total] = FILENAME "\t" FNR "\t" column "\t" length_ "\t" name \
		"\t" rule "\t" text
	rule_of[total] = rule
	if (!(FILENAME SUBSEP name in seen)) {
		seen[FILENAME, name] = 1
		functions[++function_count] = FILENAME SUBSEP name
	}
	own[FILENAME, name] = own[FILENAME, name] " " total
}

# Each place of a pattern that stands between blanks.
function each(code, text, rule, replacement,   from, at) {
	for (from = 1; (at = index(substr(code, from), " " text)) > 0; ) {
		at += from
		from = at + length(text)
		if (substr(code, from, 1) ~ /^[ ;)]?$/)
			add(at, length(text), rule, replacement)
	}
}

# Numbers from 2 on: 0 and 1 are what "off by one" changes. Those of a macro
# are durations and sizes, of which one more is not much.
function numbers(code,   from, at, text) {
	for (from = 1; match(substr(code, from), /[0-9a-zA-Z_.]+/); ) {
		at = from + RSTART - 1
		text = substr(code, at, RLENGTH)
		from = at + RLENGTH
		if (text !~ /^[1-9][0-9]*$/ || text == 1)
			continue
		add(at, length(text), "constant", in_body ? text + 1 : 10 * text)
		if (!in_body)
			add(at, length(text), "constant", int(text / 2))
	}
}

function in_function(code,   at) {
	each(code, "==", "turned", "!=")
	each(code, "!=", "turned", "==")
	each(code, "<", "turned", ">=")
	each(code, "<=", "turned", ">")
	each(code, ">", "turned", "<=")
	each(code, ">=", "turned", "<")
	each(code, "&&", "turned", "||")
	each(code, "||", "turned", "&&")
	each(code, "<", "off by one", "<=")
	each(code, "<=", "off by one", "<")
	each(code, ">", "off by one", ">=")
	each(code, ">=", "off by one", ">")
	each(code, "+ 1", "off by one", "+ 0")
	each(code, "- 1", "off by one", "- 0")
	each(code, "true", "constant", "false")
	each(code, "false", "constant", "true")
	numbers(code)
	# What gives memory back is left to the sanitizers and valgrind.
	if (code ~ /^\t+[a-z_]+\(.*\);$/ && code !~ /(free|release|va_end)\(/ &&
		before !~ /[=(,?:&|+-]$/ && gsub(/\(/, "(", code) == gsub(/\)/, ")", code)) {
		at = match(code, /[^\t]/)
		add(at, length(code) - at + 1, "call left out", ";")
	}
	if (match(code, /[a-z_]+ < 0([^0-9a-z.]|$)/) && (at = index(substr(code, RSTART), " < 0")))
		add(RSTART + at, 3, "error ignored", "< -99999")
	if (match(code, /return (error|written|ended|-BT_[A-Z]+|-E[A-Z]+);/))
		add(RSTART, RLENGTH, "error ignored", "return 0;")
}

FNR == 1 { name = candidate = ""; in_body = in_comment = 0 }
{ code = code_of($0) }
code ~ /^[a-z].*[a-z0-9_]\(/ {
	candidate = code
	sub(/\(.*/, "", candidate)
	sub(/.*[^a-zA-Z0-9_]/, "", candidate)
}
code ~ /^{/ && candidate { name = candidate; in_body = 1 }
code ~ /^}/ { name = candidate = ""; in_body = 0 }
in_body { in_function(code) }
code != "" { before = code }
code ~ /^#define [A-Z_]+ [(0-9]/ {
	name = $2
	numbers(code)
	name = ""
}

END {
	state = seed * 69621 % 2147483646 + 1
	for (i = 0; i < 10; i++)
		chance(1)
	for (i = function_count; i > 1; i--) {
		j = chance(i) + 1
		swap = functions[i]
		functions[i] = functions[j]
		functions[j] = swap
	}
	for (i = 1; i <= function_count && i <= count; i++) {
		n = split(own[functions[i]], numbers_, " ")
		# A rule first: else comparisons would be most of all.
		split("", rules)
		rule_count = 0
		for (j = 1; j <= n; j++)
			if (!(rule_of[numbers_[j]] in rules)) {
				rules[rule_of[numbers_[j]]] = 1
				list[++rule_count] = rule_of[numbers_[j]]
			}
		rule = list[chance(rule_count) + 1]
		of_rule = 0
		for (j = 1; j <= n; j++)
			if (rule_of[numbers_[j]] == rule)
				chosen[++of_rule] = numbers_[j]
		print changes[chosen[chance(of_rule) + 1]]
	}
}
