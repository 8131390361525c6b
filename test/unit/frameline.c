/* lib/frame_line: what is written is read back; what is bad is told apart. */
#include "modbus/frame-line.h"

#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define TIME "2026-11-22T09:42:00.123Z"
#define WHO "00:11:22:33:44:55 AC3001234567890123"
#define EXCHANGE "01030bb9000157cb 01030200023985"

#define LONGEST_WORD "a-word-of-thirty-one-characters"

static const struct {
	const char *text;
	int error;
	const char *field;
} refused[] = {
	{ "", -BT_EFIELDS, "line" },
	{ "a b c", -BT_EFIELDS, "line" },
	{ TIME " " WHO " " EXCHANGE " x", -BT_EFIELDS, "line" },
	{ "yesterday " WHO " " EXCHANGE, -BT_ETIME, "time" },
	{ "2026-13-22T09:42:00Z " WHO " " EXCHANGE, -BT_ETIME, "time" },
	{ TIME "  name " EXCHANGE, -BT_EFIELDS, "address" },
	{ TIME " a\x01 name " EXCHANGE, -BT_ESTRING, "address" },
	{ TIME " a name% " EXCHANGE, -BT_ESTRING, "name" },
	{ TIME " a name%0 " EXCHANGE, -BT_ESTRING, "name" },
	{ TIME " a name%00 " EXCHANGE, -BT_ESTRING, "name" },
	{ TIME " a name%zz " EXCHANGE, -BT_ESTRING, "name" },
	{ TIME " a \xc3\xa4 " EXCHANGE, -BT_ESTRING, "name" },
	{ TIME " a - 01030bb9000157c 01030200023985", -BT_EHEX, "request" },
	{ TIME " a - 01030bb9000157xx 01030200023985", -BT_EHEX, "request" },
	{ TIME " a - 01030bb9000157cc 01030200023985", -BT_ECRC, "request" },
	{ TIME " a - 0103 01030200023985", -BT_ELENGTH, "request" },
	{ "01030bb9000157cb 0103020002398", -BT_EHEX, "response" },
	{ "01030bb9000157cb 01030200023986", -BT_ECRC, "response" },
	{ "01030bb9000157cb 010302000239", -BT_ELENGTH, "response" },
	{ "01030bb9000157cb 0103040000013bf3", -BT_EMISMATCH, "response" },
	{ "01030bb9000157cb 018602c3a1", -BT_EMISMATCH, "response" },
	{ "01030bb9000157cb !", -BT_EFIELDS, "response" },
	{ "01030bb9000157cb !Timeout", -BT_EFIELDS, "response" },
	{ "01030bb9000157cb !" LONGEST_WORD "x", -BT_EFIELDS, "response" },
	{ "01030bb9000157cb ", -BT_ELENGTH, "response" },
	{ TIME " a - now end", -BT_ETIME, "start" },
	{ TIME " a - 2026-11-22 end", -BT_ETIME, "start" },
};

/* Lines that are written as they are read. */
static const char *const kept[] = {
	TIME " " WHO " " EXCHANGE "\n",
	TIME " - - " EXCHANGE "\n",
	"- - - " EXCHANGE "\n",
	TIME " unix:/tmp/a%20b Elite%20200%20V2 01030bb9000157cb !timeout\n",
	TIME " a - 01030bb9000157cb !" LONGEST_WORD "\n",
	TIME " a %2d 01030bb9000157cb 018302c0f1\n",
	TIME " " WHO " 2026-11-22T09:42:00.101Z end\n",
	"- " WHO " - end\n",
	TIME " a b 01060bbe00012a0a 01060bbe00012a0a\n",
	TIME " a b 01101b5800010200028188 01101b58000186fe\n",
};

static void test_refused(void)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct frame_line line;
		const char *field = "";
		const char *text = refused[i].text;
		int error = frame_line_parse(&line, text, strlen(text), &field);

		CHECK_CASE(text, error == refused[i].error);
		CHECK_CASE(text, strcmp(field, refused[i].field) == 0);
	}
}

static void test_kept(void)
{
	for (size_t i = 0; i < COUNT(kept); i++) {
		struct frame_line line;
		char text[FRAME_LINE_MAX];
		const char *field;
		size_t length = strlen(kept[i]);

		CHECK_CASE(kept[i],
			frame_line_parse(&line, kept[i], length - 1, &field) ==
				0);
		CHECK_CASE(kept[i], frame_line_format(text, &line) == length);
		CHECK_CASE(kept[i], strcmp(text, kept[i]) == 0);
	}
}

/* Each cut of a good line is refused, but for one that is a line itself. */
static void test_every_cut(void)
{
	for (size_t i = 0; i < COUNT(kept); i++) {
		for (size_t n = 0; n < strlen(kept[i]) - 1; n++) {
			struct frame_line line;
			const char *field;
			int error = frame_line_parse(&line, kept[i], n, &field);

			CHECK_CASE(kept[i],
				error < 0 || line.error_tag[0] != '\0');
		}
	}
}

static void test_longest(void)
{
	struct frame_line line = { .time = 0, .request_length = 8 };
	char text[FRAME_LINE_MAX];
	struct frame_line again;
	const char *field;
	size_t length;

	memset(line.address, 0xff, FRAME_LINE_STRING_MAX);
	memset(line.name, '%', FRAME_LINE_STRING_MAX);
	modbus_build_read(line.request, 1, 0, 127);
	line.response[0] = 1;
	line.response[1] = 3;
	line.response[2] = 254;
	line.response_length = 259;
	line.response[257] = (uint8_t)modbus_crc(line.response, 257);
	line.response[258] = (uint8_t)(modbus_crc(line.response, 257) >> 8);
	length = frame_line_format(text, &line);
	CHECK(length < FRAME_LINE_MAX);
	CHECK(frame_line_parse(&again, text, length - 1, &field) == 0);
	CHECK(strcmp(again.address, line.address) == 0);
	CHECK(strcmp(again.name, line.name) == 0);
	CHECK(again.response_length == 259);
}

/* Whatever is done to a line: what is read is what is then written, but for
 * upper case and escapes that need not be. */
static void test_random_changes(void)
{
	srandom(1);
	for (int i = 0; i < 200000; i++) {
		const char *line = kept[(size_t)random() % COUNT(kept)];
		char text[FRAME_LINE_MAX], again[FRAME_LINE_MAX];
		struct frame_line one, two;
		size_t length = strlen(line) - 1;
		const char *field;

		memcpy(text, line, length);
		for (long changes = random() % 4; changes >= 0; changes--)
			text[(size_t)random() % length] = (char)random();
		length -= (size_t)random() % 3;
		if (frame_line_parse(&one, text, length, &field) < 0)
			continue;
		length = frame_line_format(text, &one);
		CHECK(frame_line_parse(&two, text, length - 1, &field) == 0);
		frame_line_format(again, &two);
		CHECK(strcmp(text, again) == 0);
	}
}

int main(void)
{
	test_refused();
	test_kept();
	test_every_cut();
	test_longest();
	test_random_changes();
	return check_done();
}
