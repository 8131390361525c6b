/* Lines of a script of faults: WHEN [once] WHAT [ARGUMENT]. */
#include "fault-rule.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

#define WORDS_MAX 6

static const char help[] =
	"A script of faults is a text file of lines\n"
	"\n"
	"  WHEN [once] WHAT [ARGUMENT]\n"
	"\n"
	"All lines that fit strike together, in their order; one with "
	"\"once\"\n"
	"strikes the first time only. # begins a comment. Numbers are decimal "
	"or\n"
	"0x hexadecimal and count from 1. WHEN is\n"
	"\n"
	"  request N, N-M or N-  MODBUS requests since the start\n"
	"  read A or A+COUNT     each read from register A\n"
	"  write A               each write to register A\n"
	"  connect N, N-M or N-  connections since the start\n"
	"  pdu N, N-M or N-      PDUs of ATT in each connection\n"
	"  challenge N, N-M, N-  messages of type 1 that the station sends,\n"
	"  result N, ...         of type 3,\n"
	"  key N, ...            of type 4,\n"
	"  key-result N, ...     of type 6, all since the start\n"
	"  plain N, N-M or N-    requests in the clear, to a station that\n"
	"                        encrypts; without a fault they are ignored\n"
	"  every N               each N-th request; for a WHAT that does not\n"
	"                        strike requests, of what its first letter\n"
	"                        below tells\n"
	"  always                the same as every 1\n"
	"\n"
	"Plurals (requests 2-4) are taken too. For example:\n"
	"\n"
	"  requests 3-5      silence\n"
	"  read 10+40 once   late 6000\n"
	"  every 7           fragment 5\n"
	"  connect 2         no-service\n"
	"  pdu 9 once        drop\n"
	"  result 1          refused 1\n"
	"  key 2             unheard\n"
	"  request 9         rekey\n"
	"  plain 1-          att-error 0x0e\n"
	"\n"
	"WHAT strikes requests (r), connections (c), PDUs (p), handshake "
	"messages\n"
	"of the station (1, 3, 4, 6: their types), requests in the clear (u).\n"
	"If the station encrypts, what concerns the frame of an answer (busy, "
	"crc,\n"
	"exception, wrong-...) is done before it is encrypted; what concerns "
	"the\n"
	"notification (duplicate, fragment, garbage, joined, late, truncate "
	"...)\n"
	"to the encrypted bytes; texts and strays come in the clear. A new "
	"key\n"
	"exchange instead of an answer is rekey and silence together. * marks "
	"what\n"
	"leaves a station that does not encrypt as it is.\n"
	"\n";

void rule_help(void)
{
	fputs(help, stdout);
}

/* A number at the beginning of text, decimal or hexadecimal; sets *end to
 * what follows. */
static int to_number(const char *text, unsigned long most, unsigned *number,
	const char **end)
{
	unsigned long value;
	char *rest;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	value = strtoul(text, &rest, 0);
	if (errno != 0 || value > most)
		return -1;
	*number = (unsigned)value;
	*end = rest;
	return 0;
}

static int whole_number(
	const char *text, unsigned least, unsigned most, unsigned *number)
{
	const char *end;
	unsigned value;

	if (to_number(text, most, &value, &end) < 0 || *end != '\0' ||
		value < least)
		return -1;
	*number = value;
	return 0;
}

/* "N", "N-M" or "N-". */
static const char *read_ordinals(struct rule *rule, const char *text)
{
	const char *end;
	bool bad = to_number(text, UINT_MAX, &rule->first, &end) < 0;

	rule->last = rule->first;
	if (!bad && *end == '-') {
		rule->last = UINT_MAX;
		if (end[1] != '\0')
			bad = to_number(end + 1, UINT_MAX, &rule->last, &end) <
				0;
		else
			end++;
	}
	if (bad || *end != '\0' || rule->first == 0 || rule->last < rule->first)
		return "expected: N, N-M or N-, from 1";
	return NULL;
}

static const char *read_period(struct rule *rule, const char *text)
{
	return whole_number(text, 1, UINT_MAX, &rule->first) < 0
		? "expected: every N, from 1"
		: NULL;
}

/* "A" or, for a read, "A+COUNT". */
static const char *read_address(struct rule *rule, const char *text)
{
	const char *end;
	unsigned address, count = 0;
	bool bad = to_number(text, UINT16_MAX, &address, &end) < 0;

	if (!bad && *end == '+' && rule->when == READS) {
		bad = whole_number(end + 1, 1, MODBUS_READ_MAX, &count) < 0;
		end = "";
	}
	if (bad || *end != '\0')
		return "expected: a register, for a read also A+COUNT";
	rule->address = (uint16_t)address;
	rule->count = (uint16_t)count;
	return NULL;
}

/* The words of WHEN. Without a scope it is the first one of WHAT. */
static const struct {
	const char *word;
	int when;
	unsigned scope;
	const char *(*read)(struct rule *, const char *);
} conditions[] = {
	{ "request", ORDINALS, AT_REQUEST, read_ordinals },
	{ "requests", ORDINALS, AT_REQUEST, read_ordinals },
	{ "connect", ORDINALS, AT_CONNECTION, read_ordinals },
	{ "connects", ORDINALS, AT_CONNECTION, read_ordinals },
	{ "pdu", ORDINALS, AT_PDU, read_ordinals },
	{ "pdus", ORDINALS, AT_PDU, read_ordinals },
	{ "read", READS, AT_REQUEST, read_address },
	{ "write", WRITES, AT_REQUEST, read_address },
	{ "challenge", ORDINALS, AT_CHALLENGE, read_ordinals },
	{ "challenges", ORDINALS, AT_CHALLENGE, read_ordinals },
	{ "result", ORDINALS, AT_RESULT, read_ordinals },
	{ "results", ORDINALS, AT_RESULT, read_ordinals },
	{ "key", ORDINALS, AT_KEY, read_ordinals },
	{ "keys", ORDINALS, AT_KEY, read_ordinals },
	{ "key-result", ORDINALS, AT_KEY_RESULT, read_ordinals },
	{ "key-results", ORDINALS, AT_KEY_RESULT, read_ordinals },
	{ "plain", ORDINALS, AT_PLAIN, read_ordinals },
	{ "every", EVERY, 0, read_period },
};

/* Sets *used to the number of words that WHEN takes. */
static const char *read_when(struct rule *rule, unsigned *scope, char **words,
	size_t count, size_t *used)
{
	*scope = 0;
	if (strcmp(words[0], "always") == 0) {
		rule->when = EVERY;
		rule->first = 1;
		*used = 1;
		return NULL;
	}
	for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
		if (strcmp(words[0], conditions[i].word) != 0)
			continue;
		rule->when = conditions[i].when;
		*scope = conditions[i].scope;
		*used = 2;
		return count < 2 ? "a number is missing"
				 : conditions[i].read(rule, words[1]);
	}
	return "expected: request, read, write, connect, pdu, challenge, "
	       "result, key, key-result, plain, every or always";
}

static const char *read_argument(struct fault *fault, const char *text)
{
	static const struct {
		unsigned least, most;
		const char *problem;
	} bounds[] = {
		[ARGUMENT_MS] = { 0, 86400000, "expected: milliseconds" },
		[ARGUMENT_BYTES] = { 1, MODBUS_FRAME_MAX,
			"expected: a number of bytes, 1 to 259" },
		[ARGUMENT_CODE] = { 1, UINT8_MAX,
			"expected: a code, 1 to 255" },
		[ARGUMENT_MTU] = { 23, 517, "expected: an MTU, 23 to 517" },
		[ARGUMENT_LENGTH] = { 0, UINT16_MAX,
			"expected: a length, 0 to 65535" },
	};
	enum fault_argument argument = fault_table[fault->kind].argument;
	int n;

	if (argument != ARGUMENT_HEX)
		return whole_number(text, bounds[argument].least,
			       bounds[argument].most, &fault->number) < 0
			? bounds[argument].problem
			: NULL;
	/* What fits a notification of the smallest MTU. */
	n = hex_decode(fault->bytes, 20, text, strlen(text));
	if (n <= 0)
		return "expected: 1 to 20 bytes in hexadecimal";
	fault->length = (size_t)n;
	return NULL;
}

static const char *read_what(struct fault *fault, char **words, size_t count)
{
	bool wants;
	int kind = 0;

	while (kind < FAULT_KINDS &&
		strcmp(words[0], fault_table[kind].word) != 0)
		kind++;
	if (kind == FAULT_KINDS)
		return "no such fault";
	fault->kind = (enum fault_kind)kind;
	wants = fault_table[kind].argument != ARGUMENT_NONE;
	if (count < 1u + wants)
		return "this fault wants an argument";
	if (count > 1u + wants)
		return "too many words";
	return wants ? read_argument(fault, words[1]) : NULL;
}

static size_t split(char *line, char *words[WORDS_MAX])
{
	static const char blanks[] = " \t\r\n";
	size_t count = 0;
	char *rest;

	line[strcspn(line, "#")] = '\0';
	for (char *word = strtok_r(line, blanks, &rest);
		word && count < WORDS_MAX; word = strtok_r(NULL, blanks, &rest))
		words[count++] = word;
	return count;
}

const char *rule_read(struct rule *rule, bool *empty, char *line)
{
	struct rule read = { 0 };
	char *words[WORDS_MAX];
	size_t count = split(line, words);
	unsigned scope, scopes;
	size_t used = 0;
	const char *problem;

	*empty = count == 0;
	if (*empty)
		return NULL;
	problem = read_when(&read, &scope, words, count, &used);
	if (problem)
		return problem;
	read.once = used < count && strcmp(words[used], "once") == 0;
	used += read.once;
	if (used == count)
		return "expected: WHEN [once] WHAT [ARGUMENT]";
	problem = read_what(&read.fault, words + used, count - used);
	if (problem)
		return problem;
	scopes = fault_table[read.fault.kind].scopes;
	if (scope == 0)
		scope = scopes & -scopes; /* the first one */
	if (!(scopes & scope))
		return "this fault does not strike there";
	read.scope = (enum fault_scope)scope;
	*rule = read;
	return NULL;
}
