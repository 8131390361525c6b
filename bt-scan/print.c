/*
 * Lines about advertisers. Received bytes are escaped: in names every byte that
 * is not printable ASCII, and "%", is written %XX as in frame lines, but a
 * blank inside a name stays.
 */
#include "print.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/json.h"

#define NOT_KNOWN "-"

/* Widths of columns. NAME is the last one except with --all. */
#define WIDTH_ADDRESS 24 /* with /random */
#define WIDTH_RSSI 4
#define WIDTH_MODEL 12 /* Elite 200 V2 */
#define WIDTH_ENCRYPTED 9
#define WIDTH_NAME 25
#define WIDTH_SERVICES 12

/* Of a model's name: maps are written by users. */
#define MODEL_MAX 64

/* Room for an escaped name, the bytes of all companies and services with their
 * separators, and the rest. */
_Static_assert(3 * (ADVERT_NAME + MODEL_MAX) +
			ADVERT_COMPANIES * (2 * ADVERT_VALUE + 10) +
			ADVERT_SERVICES * (2 * 16 + 3) + 256 <
		PRINT_MAX,
	"a line fits");
_Static_assert(PRINT_MAX <= PIPE_BUF, "a line is written at once");

/* The line so far. */
struct line {
	char *text;
	size_t used;
};

static void put(struct line *line, const char *text)
{
	size_t length = strlen(text);

	memcpy(line->text + line->used, text, length);
	line->used += length;
}

static void put_hex(struct line *line, const uint8_t *bytes, size_t count)
{
	line->used += hex_encode(line->text + line->used, bytes, count);
}

/* A byte that stands for itself. A blank at either end would not be seen. */
static bool is_plain(const char *text, size_t at, size_t length)
{
	unsigned char byte = (unsigned char)text[at];

	if (byte == ' ')
		return at > 0 && at + 1 < length;
	return byte > 0x20 && byte < 0x7f && byte != '%';
}

/* The maximum number of bytes of a received text. */
static void put_text(struct line *line, const char *text, size_t max)
{
	size_t length = strnlen(text, max);
	/* A name that is "-" itself must not look like no name. */
	bool escape_all = strcmp(text, NOT_KNOWN) == 0;

	for (size_t i = 0; i < length; i++) {
		if (escape_all || !is_plain(text, i, length)) {
			put(line, "%");
			put_hex(line, (const uint8_t *)&text[i], 1);
			continue;
		}
		line->text[line->used++] = text[i];
	}
}

/* As bt-poll takes it. */
static void put_address(struct line *line, const struct address *address)
{
	char text[ADDRESS_TEXT];

	address_format(text, address);
	put(line, text);
	if (address->type == ADDRESS_RANDOM)
		put(line, "/random");
}

static void put_number(struct line *line, int number)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%d", number);
	put(line, digits);
}

/* --- columns ------------------------------------------------------------- */

/* Ends a field that began at a place of the line: a tab, or blanks up to the
 * width and two more. */
static void end_field(
	struct line *line, size_t begin, size_t width, enum print_form form)
{
	if (form == PRINT_TABS) {
		put(line, "\t");
		return;
	}
	while (line->used < begin + width)
		put(line, " ");
	put(line, "  ");
}

static void put_services(struct line *line, const struct advert *advert)
{
	if (advert->service_count == 0)
		put(line, NOT_KNOWN);
	for (size_t i = 0; i < advert->service_count; i++) {
		if (i > 0)
			put(line, ",");
		put_hex(line, advert->services[i].uuid,
			advert->services[i].size);
	}
}

#define COMPANY_TEXT sizeof "ffff"

static const char *company_text(
	char text[COMPANY_TEXT], const struct advert_company *company)
{
	snprintf(text, COMPANY_TEXT, "%04x", company->id);
	return text;
}

static void put_companies(struct line *line, const struct advert *advert)
{
	if (advert->company_count == 0)
		put(line, NOT_KNOWN);
	for (size_t i = 0; i < advert->company_count; i++) {
		const struct advert_company *company = &advert->companies[i];
		char id[COMPANY_TEXT];

		if (i > 0)
			put(line, ",");
		put(line, company_text(id, company));
		put(line, ":");
		put_hex(line, company->value, company->length);
	}
}

static void put_security(struct line *line, const struct advertiser *a)
{
	switch (advert_security(&a->advert)) {
	case ADVERT_UNKNOWN:
		put(line, NOT_KNOWN);
		return;
	case ADVERT_PLAIN:
		put(line, "no");
		return;
	case ADVERT_ENCRYPTED:
		put(line, "yes");
		return;
	}
}

static void put_name(struct line *line, const struct advertiser *a)
{
	if (a->advert.name[0])
		put_text(line, a->advert.name, ADVERT_NAME);
	else
		put(line, NOT_KNOWN);
}

/* The rest of a line with --all. */
static void put_evidence(
	struct line *line, const struct advertiser *a, enum print_form form)
{
	size_t begin = line->used;

	put_services(line, &a->advert);
	end_field(line, begin, WIDTH_SERVICES, form);
	put_companies(line, &a->advert);
}

static void put_fields(struct line *line, const struct advertiser *a,
	enum print_form form, bool all)
{
	size_t begin = line->used;

	put_address(line, &a->address);
	end_field(line, begin, WIDTH_ADDRESS, form);
	begin = line->used;
	if (a->rssi == REPORT_NO_RSSI)
		put(line, NOT_KNOWN);
	else
		put_number(line, a->rssi);
	end_field(line, begin, WIDTH_RSSI, form);
	begin = line->used;
	if (a->map)
		put_text(line, a->map->model, MODEL_MAX);
	else
		put(line, NOT_KNOWN);
	end_field(line, begin, WIDTH_MODEL, form);
	begin = line->used;
	put_security(line, a);
	end_field(line, begin, WIDTH_ENCRYPTED, form);
	begin = line->used;
	put_name(line, a);
	if (!all)
		return;
	end_field(line, begin, WIDTH_NAME, form);
	put_evidence(line, a, form);
}

/* --- JSON ---------------------------------------------------------------- */

static void write_text(
	struct json *json, const char *key, const char *text, size_t max)
{
	char escaped[3 * ADVERT_NAME + 1];
	struct line line = { .text = escaped };

	put_text(&line, text, max);
	escaped[line.used] = '\0';
	json_key(json, key);
	json_text(json, escaped);
}

static void write_address(struct json *json, const struct address *address)
{
	char text[ADDRESS_TEXT + sizeof "/random"];
	struct line line = { .text = text };

	put_address(&line, address);
	text[line.used] = '\0';
	json_key(json, "address");
	json_text(json, text);
}

static void write_hex(struct json *json, const uint8_t *bytes, size_t count)
{
	char text[2 * ADVERT_VALUE + 1];

	text[hex_encode(text, bytes, count)] = '\0';
	json_text(json, text);
}

static void write_services(struct json *json, const struct advert *advert)
{
	json_key(json, "services");
	json_begin(json, '[');
	for (size_t i = 0; i < advert->service_count; i++)
		write_hex(json, advert->services[i].uuid,
			advert->services[i].size);
	json_end(json, ']');
}

static void write_companies(struct json *json, const struct advert *advert)
{
	json_key(json, "manufacturer");
	json_begin(json, '{');
	for (size_t i = 0; i < advert->company_count; i++) {
		const struct advert_company *company = &advert->companies[i];
		char id[COMPANY_TEXT];

		json_key(json, company_text(id, company));
		write_hex(json, company->value, company->length);
	}
	json_end(json, '}');
}

static void write_evidence(struct json *json, const struct advertiser *a)
{
	json_key(json, "station");
	json_bool(json, a->is_station);
	json_key(json, "address_type");
	json_text(
		json, a->address.type == ADDRESS_RANDOM ? "random" : "public");
	if (a->advert.service_count > 0)
		write_services(json, &a->advert);
	if (a->advert.company_count > 0)
		write_companies(json, &a->advert);
}

static void write_object(
	struct json *json, const struct advertiser *a, bool all)
{
	enum advert_security security = advert_security(&a->advert);

	json_begin(json, '{');
	write_address(json, &a->address);
	if (a->rssi != REPORT_NO_RSSI) {
		json_key(json, "rssi");
		json_number(json, a->rssi);
	}
	if (a->map)
		write_text(json, "model", a->map->model, MODEL_MAX);
	if (security != ADVERT_UNKNOWN) {
		json_key(json, "encrypted");
		json_bool(json, security == ADVERT_ENCRYPTED);
	}
	if (a->advert.name[0])
		write_text(json, "name", a->advert.name, ADVERT_NAME);
	if (all)
		write_evidence(json, a);
	json_end(json, '}');
}

/* --- lines --------------------------------------------------------------- */

static size_t finish(struct line *line)
{
	put(line, "\n");
	line->text[line->used] = '\0';
	return line->used;
}

size_t print_line(char text[PRINT_MAX], const struct advertiser *advertiser,
	enum print_form form, bool all)
{
	struct line line = { .text = text };
	struct json json = {
		.text = text, .room = PRINT_MAX, .is_fixed = true
	};

	if (form != PRINT_JSON) {
		put_fields(&line, advertiser, form, all);
		return finish(&line);
	}
	write_object(&json, advertiser, all);
	line.used = json.length;
	return finish(&line);
}

size_t print_header(char text[PRINT_MAX], bool all)
{
	int n = snprintf(text, PRINT_MAX, "%-*s  %-*s  %-*s  %-*s  ",
		WIDTH_ADDRESS, "ADDRESS", WIDTH_RSSI, "RSSI", WIDTH_MODEL,
		"MODEL", WIDTH_ENCRYPTED, "ENCRYPTED");
	struct line line = { .text = text, .used = (size_t)n };
	size_t begin = line.used;

	put(&line, "NAME");
	if (!all)
		return finish(&line);
	end_field(&line, begin, WIDTH_NAME, PRINT_COLUMNS);
	begin = line.used;
	put(&line, "SERVICES");
	end_field(&line, begin, WIDTH_SERVICES, PRINT_COLUMNS);
	put(&line, "MANUFACTURER");
	return finish(&line);
}
