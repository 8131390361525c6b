/* JSON as it is written: numbers, texts of any bytes, and too little room. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "check.h"

static bool holds(const struct json *json, const char *text)
{
	return json->length == strlen(text) &&
		memcmp(json->text, text, json->length) == 0;
}

static void test_structure(void)
{
	struct json json = { 0 };

	json_begin(&json, '{');
	json_key(&json, "a");
	json_begin(&json, '[');
	json_end(&json, ']');
	json_key(&json, "b");
	json_begin(&json, '[');
	json_bool(&json, true);
	json_bool(&json, false);
	json_begin(&json, '{');
	json_end(&json, '}');
	json_end(&json, ']');
	json_end(&json, '}');
	json_newline(&json);
	json_begin(&json, '{');
	json_end(&json, '}');
	CHECK(!json.failed);
	CHECK(holds(&json, "{\"a\":[],\"b\":[true,false,{}]}\n{}"));
	json_clear(&json);
	json_number(&json, 1);
	CHECK(holds(&json, "1"));
	json_release(&json);
}

static void test_numbers(void)
{
	static const struct {
		int64_t value;
		int decimals;
		const char *text;
	} cases[] = {
		{ 0, 0, "0" },
		{ 0, 2, "0" },
		{ 7, 0, "7" },
		{ -7, 0, "-7" },
		{ 5395, 2, "53.95" },
		{ 5390, 2, "53.9" },
		{ 5300, 2, "53" },
		{ 5, 3, "0.005" },
		{ -5, 1, "-0.5" },
		{ 100, 1, "10" },
		{ INT64_MAX, 0, "9223372036854775807" },
		{ INT64_MIN, 0, "-9223372036854775808" },
		{ INT64_MIN, 18, "-9.223372036854775808" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json json = { 0 };

		json_decimal(&json, cases[i].value, cases[i].decimals);
		CHECK_CASE(cases[i].text, holds(&json, cases[i].text));
		json_release(&json);
	}
}

static void test_texts(void)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "AC300", "\"AC300\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001F\x7f\"" },
		/* The ends of what is UTF-8: RFC 3629, section 4. */
		{ "\xc2\x80 \xdf\xbf", "\"\xc2\x80 \xdf\xbf\"" },
		{ "\xe0\xa0\x80 \xef\xbf\xbf",
			"\"\xe0\xa0\x80 \xef\xbf\xbf\"" },
		{ "\xed\x9f\xbf \xee\x80\x80",
			"\"\xed\x9f\xbf \xee\x80\x80\"" },
		{ "\xf0\x90\x80\x80", "\"\xf0\x90\x80\x80\"" },
		{ "\xf4\x8f\xbf\xbf\n", "\"\xf4\x8f\xbf\xbf\\n\"" },
		/* And beyond them. */
		{ "\xff", "\"%ff\"" },
		{ "a\n\xc3", "\"a\\n%c3\"" },
		{ "\xc3\xa4\x80", "\"%c3%a4%80\"" },
		{ "\xc1\xbf", "\"%c1%bf\"" },
		{ "\xe0\x9f\xbf", "\"%e0%9f%bf\"" },
		{ "\xed\xa0\x80", "\"%ed%a0%80\"" },
		{ "\xf0\x8f\xbf\xbf", "\"%f0%8f%bf%bf\"" },
		{ "\xf4\x90\x80\x80", "\"%f4%90%80%80\"" },
		{ "\xf5\x80\x80\x80", "\"%f5%80%80%80\"" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json json = { 0 };

		json_text(&json, cases[i].text);
		CHECK_CASE(cases[i].json, holds(&json, cases[i].json));
		json_release(&json);
	}
}

/* With too little room nothing is written beyond it, and it is known. */
static void test_room(void)
{
	static const char whole[] = "{\"key\":\"te\\nxt\",\"n\":-1.5}";

	for (size_t room = 0; room <= strlen(whole); room++) {
		char *text = malloc(room + 1);
		struct json json = {
			.text = text, .room = room, .is_fixed = true
		};

		json_begin(&json, '{');
		json_key(&json, "key");
		json_text(&json, "te\nxt");
		json_key(&json, "n");
		json_decimal(&json, -15, 1);
		json_end(&json, '}');
		CHECK(json.failed == (room < strlen(whole)));
		CHECK(json.length <= room);
		CHECK(json.failed || holds(&json, whole));
		free(text);
	}
}

int main(void)
{
	test_structure();
	test_numbers();
	test_texts();
	test_room();
	return check_done();
}
