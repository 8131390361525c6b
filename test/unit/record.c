/*
 * Records of db-insert, read in one pass or by jansson: the same fields bit for
 * bit, the same reasons, over a million lines, of which a third at least goes
 * either way.
 */
#include "../../db-insert/record.h"

#include <stdlib.h>

#include "check.h"

#define LINES 1000000
#define LINE_BYTES 4096

static struct record any, tree;

/* xorshift64: the same lines in each run. */
static uint64_t state = UINT64_C(88172645463325252);

static size_t below(size_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)(state >> 16) % limit;
}

/* --- the same? ------------------------------------------------------------ */

static bool is_same_text(struct text a, struct text b)
{
	return !a.bytes == !b.bytes && a.length == b.length &&
		(!a.bytes || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static bool is_same_list(struct text text, const json_t *list)
{
	char *dump = json_dumps(list, JSON_COMPACT | JSON_REAL_PRECISION(15));
	bool is_same = dump && text_equals(text, dump);

	free(dump);
	return is_same;
}

/* a may be of either reader, b is of jansson. */
static bool is_same_field(const struct field *a, const struct field *b)
{
	if (!is_same_text(a->key, b->key) || a->kind != b->kind ||
		a->is_identity != b->is_identity)
		return false;
	switch (a->kind) {
	case FIELD_BOOLEAN:
		return a->boolean == b->boolean;
	case FIELD_INTEGER:
		return a->integer == b->integer;
	case FIELD_REAL:
		return memcmp(&a->real, &b->real, sizeof a->real) == 0;
	case FIELD_TEXT:
		return is_same_text(a->text, b->text);
	case FIELD_LIST:
		return a->value || is_same_list(a->text, b->value);
	case FIELD_NULL:
	case FIELD_OBJECT:
		break;
	}
	return true;
}

static bool is_same_identity(const struct identity *a, const struct identity *b)
{
	return a->time == b->time && a->pack == b->pack &&
		a->serial_number == b->serial_number &&
		is_same_text(a->device, b->device) &&
		is_same_text(a->model, b->model) &&
		is_same_text(a->address, b->address);
}

static bool is_same_record(void)
{
	if (any.count != tree.count ||
		!is_same_identity(&any.identity, &tree.identity))
		return false;
	for (size_t i = 0; i < any.count; i++) {
		if (!is_same_field(&any.fields[i], &tree.fields[i]))
			return false;
	}
	return true;
}

static bool is_same(const char *line, size_t length)
{
	struct failure why[2];
	int a = record_read(&any, RECORD_ANY, line, length, &why[0]);
	int b = record_read(&tree, RECORD_TREE, line, length, &why[1]);

	if (a != b)
		return false;
	return a < 0 ? strcmp(why[0].text, why[1].text) == 0 : is_same_record();
}

/* --- lines ---------------------------------------------------------------- */

static char line[LINE_BYTES + 1];
static size_t length;

static void append(const char *text)
{
	size_t size = strlen(text);

	if (length + size > LINE_BYTES)
		return;
	memcpy(line + length, text, size);
	length += size;
}

static void append_number(void)
{
	static const double units[] = { 1, 10, 100, 1000, 1e6 };
	char text[64];

	switch (below(16)) {
	case 0:
		snprintf(text, sizeof text, "%lld",
			(long long)(int64_t)state >> below(64));
		break;
	case 1:
		snprintf(text, sizeof text, "%.17g",
			(double)(int64_t)state / units[below(5)]);
		break;
	case 2:
		snprintf(text, sizeof text, "%s%zu.%0*zu", below(2) ? "-" : "",
			below(1000), (int)below(16), below(100000));
		break;
	default:
		snprintf(text, sizeof text, "%.*g", (int)below(15) + 1,
			(double)below(1000000) / units[below(5)]);
	}
	append(text);
}

static const char *const plain_values[] = { "0", "1", "-1", "53.95", "0.0",
	"5.0", "0.0001", "999999999999999", "99999999999999.9", "true", "false",
	"null", "\"\"", "\"ECO\"", "\"PV_PRIORITY\"", "\"a, [b] {c}: d\"", "[]",
	"[3.36,3.36,3.4,53.95]", "[0,-1,2]", "1234567890123" };

static const char *const odd_values[] = { "-0", "-0.0", "[-0]", "[-0.0]",
	"1e400", "-1e400", "1e-400", "1e5", "1E+2", "0.00001", "[0.00001]",
	"1.50", "[1.50]", "[1, 2]", "[0.0]", "[5.0]", "[1e3]",
	"9007199254740991", "9007199254740992", "9007199254740993",
	"999999999999999.9", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "99999999999999999999", "01", "-", "1.", ".5",
	"+1", "1.e2", "0x10", "tru", "nul", "True", "\"a\\u0041\"",
	"\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"",
	"\"\xc3\xa4\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xff\"",
	"\"\xf4\x90\x80\x80\"", "\"\x7f\"", "\"\x1f\"", "\"\t\"",
	"[[[[[[[[1]]]]]]]]", "[[[[[[[[[1]]]]]]]]]", "{}", "{\"a\":1}",
	"{\"a\":1,\"a\":2}", "[\"a\"]", "[true]", "[1,]", "[,1]", "[1", "1 2",
	"\"a\"\"b\"", "[1]]", "}" };

static const char *const keys[] = { "volts", "dc_input_power", "a", "b", "mode",
	"pack", "serial_number", "model", "address", "cell_voltages", "name",
	"out_of_range", "", "A b", "k0", "k1", "k2", "k3", "k4", "k5" };

#define PICK(list) (list)[below(sizeof(list) / sizeof(list)[0])]

static void append_value(bool is_odd)
{
	if (is_odd)
		append(PICK(odd_values));
	else if (below(2))
		append(PICK(plain_values));
	else
		append_number();
}

/* Keys mostly come once; those of odd lines are any. */
static void append_key(bool is_odd, size_t number)
{
	char key[32];

	snprintf(key, sizeof key, "\"field_%zu\":", number);
	if (below(8) > 0 && !is_odd) {
		append(key);
		return;
	}
	append("\"");
	append(PICK(keys));
	append(below(40) ? "\":" : "\" :\t");
}

static void make_line(bool is_odd)
{
	size_t fields = below(12);

	length = 0;
	append(below(20) ? "{\"time\":\"2026-11-22T09:42:00.123Z\","
			   "\"name\":\"S\""
			 : "{\"name\":\"AC300\"");
	for (size_t i = 0; i < fields; i++) {
		append(below(40) ? "," : " , ");
		append_key(is_odd && below(4) == 0, i);
		append_value(is_odd && below(4) == 0);
	}
	append(below(40) ? "}" : " } \r");
}

/* A byte is changed, taken or put in, or some are copied from elsewhere. */
static void mutate(void)
{
	static const char bytes[] = "\"\\{}[],:0-9.eE+ \ttfnu\x80\xc3\n";
	size_t at = below(length), from = below(length);
	size_t count = below(12);

	switch (below(4)) {
	case 0:
		/* Its zero is one of them. */
		line[at] = bytes[below(sizeof bytes)];
		break;
	case 1:
		memmove(line + at, line + at + 1, --length - at);
		break;
	case 2:
		memmove(line + at + 1, line + at, length++ - at);
		break;
	case 3:
		if (at + count <= length && from + count <= length)
			memmove(line + at, line + from, count);
	}
}

static bool try_line(void)
{
	static struct flat_keys flat_keys;
	/* Exactly as long as it is, for tools that watch memory. */
	char *copy = malloc(length + 1);
	bool is_flat;

	memcpy(copy, line, length);
	copy[length] = '\0';
	is_flat = flat_read(any.fields, &flat_keys, copy, length) >= 0;
	CHECK_CASE(copy, is_same(copy, length));
	free(copy);
	return is_flat;
}

/* --- what is sure --------------------------------------------------------- */

static bool takes(const char *text)
{
	static struct flat_keys flat_keys;

	return flat_read(any.fields, &flat_keys, text, strlen(text)) >= 0;
}

/* What bt-decode writes is read in one pass; what differs from jansson is not.
 */
static void test_ways(void)
{
	CHECK(takes("{\"a\":53.95,\"b\":[3.36,3.4,0.0],\"c\":true}"));
	CHECK(takes(" { \"a\" : \"PV\" , \"b\" : null } "));
	CHECK(takes("{}"));
	CHECK(!takes("{\"a\":1,\"a\":1}"));
	CHECK(!takes("{\"a\":-0}"));
	CHECK(!takes("{\"a\":1e5}"));
	CHECK(!takes("{\"a\":\"\\n\"}"));
	CHECK(!takes("{\"a\":[1.50]}"));
	CHECK(!takes("{\"a\":[\"b\"]}"));
	CHECK(!takes("{\"a\":9007199254740993}"));
	CHECK(!takes("{\"a\":1} x"));
}

int main(void)
{
	size_t flat = 0, i;

	test_ways();
	for (i = 0; i < LINES && checks_failed < 10; i++) {
		bool is_odd = below(5) < 2;

		make_line(is_odd);
		if (is_odd) {
			for (size_t n = below(4); n > 0 && length > 1; n--)
				mutate();
		}
		flat += try_line();
	}
	printf("%zu of %d lines in one pass\n", flat, LINES);
	CHECK(flat >= LINES * 3 / 10 && flat <= LINES * 7 / 10);
	record_release(&any);
	record_release(&tree);
	return check_done();
}
