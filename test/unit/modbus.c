/* lib/modbus against recorded frames and every kind of bad one. */
#include "modbus/modbus.h"

#include <string.h>

#include "base/errors.h"
#include "base/hex.h"
#include "check.h"

static size_t unhex(uint8_t *bytes, size_t size, const char *text)
{
	int n = hex_decode(bytes, size, text, strlen(text));

	CHECK_CASE(text, n >= 0);
	return n < 0 ? 0 : (size_t)n;
}

static const struct {
	const char *request, *answer;
	int error; /* of the request if answer is NULL */
} cases[] = {
	/* Recorded: hassio-bluetti-bt issue 43, bluetti_mqtt issue 5 and
	 * mariolukas/Bluetti_ESP32_Bridge issue 70; the writes are computed. */
	{ "01030bb9000157cb", "01030200023985", 0 },
	{ "01030bbc000207cb", "010304000000013bf3", 0 },
	{ "010307d000304553", "018302c0f1", 0 },
	{ "01060bbe00012a0a", "01060bbe00012a0a", 0 },
	{ "01060bbe00012a0a", "018602c3a1", 0 },
	{ "01101b5800010200028188", "01101b58000186fe", 0 },
	{ "01101b5800010200028188", "019002cdc1", 0 },
	/* requests */
	{ "", NULL, -BT_ELENGTH },
	{ "01030bb9000157", NULL, -BT_ELENGTH },
	{ "01030bb9000157cb00", NULL, -BT_ELENGTH },
	{ "01030bb9000157cc", NULL, -BT_ECRC },
	{ "01040bb9000157cb", NULL, -BT_EREQUEST },
	{ "01101b58000102000281", NULL, -BT_ELENGTH },
	/* answers */
	{ "01030bb9000157cb", "", -BT_ELENGTH },
	{ "01030bb9000157cb", "01", -BT_ELENGTH },
	{ "01030bb9000157cb", "0103", -BT_ELENGTH },
	{ "01030bb9000157cb", "02030200023985", -BT_EMISMATCH },
	{ "01030bb9000157cb", "0103020002398500", -BT_ELENGTH },
	{ "01030bb9000157cb", "01030200023986", -BT_ECRC },
	{ "01030bb9000157cb", "010304000000013bf3", -BT_EMISMATCH },
	{ "01030bb9000157cb", "01060bbe00012a0a", -BT_EMISMATCH },
	{ "01030bb9000157cb", "018302c0f2", -BT_ECRC },
	{ "01030bb9000157cb", "0183004130", -BT_EMISMATCH },
	{ "01030bb9000157cb", "018602c3a1", -BT_EMISMATCH },
	{ "01060bbe00012a0a", "01060bbe00026a0b", -BT_EMISMATCH },
	{ "01060bbe00012a0a", "01060bbf00017bca", -BT_EMISMATCH },
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t frame[MODBUS_FRAME_MAX];
		struct modbus_request request;
		size_t length = unhex(frame, sizeof frame, cases[i].request);
		int error = modbus_parse_request(&request, frame, length);

		if (cases[i].answer && error == 0) {
			length = unhex(frame, sizeof frame, cases[i].answer);
			error = modbus_check_answer(&request, frame, length);
		}
		CHECK_CASE(cases[i].request, error == cases[i].error);
	}
}

static void test_crc(void)
{
	CHECK(modbus_crc((const uint8_t *)"123456789", 9) == 0x4b37);
}

static void test_build(void)
{
	uint8_t built[MODBUS_SHORT_FRAME], expected[MODBUS_SHORT_FRAME];

	unhex(expected, sizeof expected, "0103000a002865d6");
	CHECK(modbus_build_read(built, 1, 10, 40) == sizeof built);
	CHECK(memcmp(built, expected, sizeof built) == 0);
	unhex(expected, sizeof expected, "01060bbe00012a0a");
	CHECK(modbus_build_write(built, 1, 3006, 1) == sizeof built);
	CHECK(memcmp(built, expected, sizeof built) == 0);
}

/* A read of as many registers as there are addresses left is the last good
 * one; 127 registers are the most. */
static void test_bounds(void)
{
	static const struct {
		uint16_t address, count;
		int error;
	} reads[] = {
		{ 65535, 1, 0 },
		{ 65535, 2, -BT_EREQUEST },
		{ 0, 127, 0 },
		{ 0, 128, -BT_EREQUEST },
		{ 0, 0, -BT_EREQUEST },
	};

	for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
		uint8_t frame[MODBUS_SHORT_FRAME];
		struct modbus_request request;

		modbus_build_read(frame, 1, reads[i].address, reads[i].count);
		CHECK(modbus_parse_request(&request, frame, sizeof frame) ==
			reads[i].error);
	}
}

/* The length of an answer is told as soon as its bytes tell it. */
static void test_answer_length(void)
{
	static const uint8_t answer[] = { 1, 3, 80 };
	static const uint8_t refusal[] = { 1, 0x83 };
	static const uint8_t echo[] = { 1, 16 };
	static const uint8_t other[] = { 1, 4 };

	CHECK(modbus_answer_length(answer, 0) == 0);
	CHECK(modbus_answer_length(answer, 1) == 0);
	CHECK(modbus_answer_length(answer, 2) == 0);
	CHECK(modbus_answer_length(answer, 3) == 85);
	CHECK(modbus_answer_length(refusal, 2) == 5);
	CHECK(modbus_answer_length(echo, 2) == 8);
	CHECK(modbus_answer_length(other, 2) == -BT_EMISMATCH);
}

/* A read has its byte count where a refusal has its code. */
static void test_busy(void)
{
	static const uint8_t served[] = { 1, 3, 6, 0, 6, 0, 6, 0, 6 };
	uint8_t refusal[] = { 1, 0x83, 0, 0, 0 };

	CHECK(!modbus_is_busy(served));
	for (uint8_t code = 1; code < 12; code++) {
		refusal[2] = code;
		CHECK(modbus_exception(refusal) == code);
		CHECK(modbus_is_busy(refusal) == (code == 5 || code == 6));
	}
}

int main(void)
{
	test_crc();
	test_build();
	test_bounds();
	test_answer_length();
	test_busy();
	test_cases();
	return check_done();
}
