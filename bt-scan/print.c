/*
 * Lines about advertisers. Nothing from the air is printed as it came: in
 * names every byte that is not printable ASCII, and "%", is written %XX as in
 * frame lines, but a blank inside a name stays one.
 */
#include "print.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"

#define NOT_KNOWN "-"

/* Widths of columns. NAME is the last one but with --all. */
#define WIDTH_ADDRESS 24 /* with /random */
#define WIDTH_RSSI 4
#define WIDTH_MODEL 12 /* Elite 200 V2 */
#define WIDTH_ENCRYPTED 9
#define WIDTH_NAME 25
#define WIDTH_SERVICES 12

/* Of a model's name: maps are written by users. */
#define MODEL_MAX 64

/* A name escaped, the bytes of all companies and services with what is put
 * between them, and all the rest. */
_Static_assert(3 * (ADVERT_NAME + MODEL_MAX) +
			ADVERT_COMPANIES * (2 * ADVERT_VALUE + 10) +
			ADVERT_SERVICES * (2 * 16 + 3) + 256 <
		PRINT_MAX,
	"a line fits");
_Static_assert(PRINT_MAX <= PIPE_BUF, "a line is written at once");

/* The line as far as it is written. */
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

/* At most so many bytes of a text from outside. In JSON two characters that
 * are plain otherwise need a backslash. */
static void put_text(
	struct line *line, const char *text, size_t max, bool is_json)
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
		if (is_json && (text[i] == '"' || text[i] == '\\'))
			put(line, "\\");
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

static void put_company(struct line *line, const struct advert_company *company)
{
	char id[8];

	snprintf(id, sizeof id, "%04x", company->id);
	put(line, id);
}

static void put_companies(struct line *line, const struct advert *advert)
{
	if (advert->company_count == 0)
		put(line, NOT_KNOWN);
	for (size_t i = 0; i < advert->company_count; i++) {
		const struct advert_company *company = &advert->companies[i];

		if (i > 0)
			put(line, ",");
		put_company(line, company);
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
		put_text(line, a->advert.name, ADVERT_NAME, false);
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
		put_text(line, a->map->model, MODEL_MAX, false);
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

/* The key of what comes next; text of ours alone. */
static void put_key(struct line *line, const char *key)
{
	put(line, line->used > 1 ? ",\"" : "\"");
	put(line, key);
	put(line, "\":");
}

static void put_string(
	struct line *line, const char *key, const char *text, size_t max)
{
	put_key(line, key);
	put(line, "\"");
	put_text(line, text, max, true);
	put(line, "\"");
}

static void put_json_services(struct line *line, const struct advert *advert)
{
	put_key(line, "services");
	for (size_t i = 0; i < advert->service_count; i++) {
		put(line, i > 0 ? ",\"" : "[\"");
		put_hex(line, advert->services[i].uuid,
			advert->services[i].size);
		put(line, "\"");
	}
	put(line, "]");
}

static void put_json_companies(struct line *line, const struct advert *advert)
{
	put_key(line, "manufacturer");
	for (size_t i = 0; i < advert->company_count; i++) {
		const struct advert_company *company = &advert->companies[i];

		put(line, i > 0 ? ",\"" : "{\"");
		put_company(line, company);
		put(line, "\":\"");
		put_hex(line, company->value, company->length);
		put(line, "\"");
	}
	put(line, "}");
}

static void put_json_evidence(struct line *line, const struct advertiser *a)
{
	put_key(line, "station");
	put(line, a->is_station ? "true" : "false");
	put_key(line, "address_type");
	put(line,
		a->address.type == ADDRESS_RANDOM ? "\"random\""
						  : "\"public\"");
	if (a->advert.service_count > 0)
		put_json_services(line, &a->advert);
	if (a->advert.company_count > 0)
		put_json_companies(line, &a->advert);
}

static void put_object(struct line *line, const struct advertiser *a, bool all)
{
	enum advert_security security = advert_security(&a->advert);

	put(line, "{");
	put_key(line, "address");
	put(line, "\"");
	put_address(line, &a->address);
	put(line, "\"");
	if (a->rssi != REPORT_NO_RSSI) {
		put_key(line, "rssi");
		put_number(line, a->rssi);
	}
	if (a->map)
		put_string(line, "model", a->map->model, MODEL_MAX);
	if (security != ADVERT_UNKNOWN) {
		put_key(line, "encrypted");
		put(line, security == ADVERT_ENCRYPTED ? "true" : "false");
	}
	if (a->advert.name[0])
		put_string(line, "name", a->advert.name, ADVERT_NAME);
	if (all)
		put_json_evidence(line, a);
	put(line, "}");
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

	if (form == PRINT_JSON)
		put_object(&line, advertiser, all);
	else
		put_fields(&line, advertiser, form, all);
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
