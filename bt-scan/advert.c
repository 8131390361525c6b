/* Advertising data. */
#include "advert.h"

#include <ctype.h>
#include <string.h>

#include "base/bytes.h"

/* Types of structures: Assigned Numbers, 2.3. */
enum {
	SERVICES_16_SOME = 0x02,
	SERVICES_16 = 0x03,
	SERVICES_32_SOME = 0x04,
	SERVICES_32 = 0x05,
	SERVICES_128_SOME = 0x06,
	SERVICES_128 = 0x07,
	NAME_SHORTENED = 0x08,
	NAME_WHOLE = 0x09,
	MANUFACTURER = 0xff,
};

#define COMPANY 0x4c42	 /* "BL" on the air */
#define MARK 7		 /* letters of BLUETTI, BLUETTE, BLUETTF */
#define SERIAL_DIGITS 10 /* a serial number has 13, some seen have less */

static const uint8_t station_service[] = { 0xff, 0x00 };

/* A short UUID is this with its four bytes in front (Core Specification,
 * volume 3, part B, 2.5.1). */
static const uint8_t base_uuid[16] = { 0, 0, 0, 0, 0x00, 0x00, 0x10, 0x00, 0x80,
	0x00, 0x00, 0x80, 0x5f, 0x9b, 0x34, 0xfb };

static void add_name(struct advert *advert, const uint8_t *text, size_t length,
	bool is_whole)
{
	if (advert->is_whole && !is_whole)
		return;
	length = strnlen((const char *)text, length);
	if (length == 0)
		return;
	if (length > ADVERT_NAME)
		length = ADVERT_NAME;
	memcpy(advert->name, text, length);
	advert->name[length] = '\0';
	advert->is_whole = is_whole;
}

/* --- services ------------------------------------------------------------ */

static bool service_is(
	const struct advert_service *service, const uint8_t *uuid, size_t size)
{
	return service->size == size && memcmp(service->uuid, uuid, size) == 0;
}

/* Cuts off the part that all short UUIDs have in common. */
static void shorten(struct advert_service *service)
{
	if (service->size == 16 &&
		memcmp(service->uuid + 4, base_uuid + 4, 12) == 0)
		service->size = 4;
	if (service->size == 4 && get_be16(service->uuid) == 0) {
		memmove(service->uuid, service->uuid + 2, 2);
		service->size = 2;
	}
}

static void add_service(
	struct advert *advert, const uint8_t *bytes, size_t size)
{
	struct advert_service service = { .size = (uint8_t)size };

	for (size_t i = 0; i < size; i++)
		service.uuid[i] = bytes[size - 1 - i];
	shorten(&service);
	for (size_t i = 0; i < advert->service_count; i++)
		if (service_is(
			    &advert->services[i], service.uuid, service.size))
			return;
	if (advert->service_count < ADVERT_SERVICES)
		advert->services[advert->service_count++] = service;
}

static void add_services(
	struct advert *advert, const uint8_t *bytes, size_t length, size_t size)
{
	for (; length >= size; bytes += size, length -= size)
		add_service(advert, bytes, size);
}

/* --- companies ----------------------------------------------------------- */

static struct advert_company *find_company(struct advert *advert, uint16_t id)
{
	for (size_t i = 0; i < advert->company_count; i++)
		if (advert->companies[i].id == id)
			return &advert->companies[i];
	return advert->company_count < ADVERT_COMPANIES
		? &advert->companies[advert->company_count++]
		: NULL;
}

static void add_company(
	struct advert *advert, const uint8_t *bytes, size_t length)
{
	struct advert_company *company;

	if (length < 2 || length - 2 > ADVERT_VALUE)
		return;
	company = find_company(advert, get_le16(bytes));
	if (!company)
		return;
	company->id = get_le16(bytes);
	company->length = (uint8_t)(length - 2);
	memcpy(company->value, bytes + 2, length - 2);
}

/* --- the whole ----------------------------------------------------------- */

static void add_structure(struct advert *advert, uint8_t type,
	const uint8_t *value, size_t length)
{
	switch (type) {
	case SERVICES_16_SOME:
	case SERVICES_16:
		add_services(advert, value, length, 2);
		return;
	case SERVICES_32_SOME:
	case SERVICES_32:
		add_services(advert, value, length, 4);
		return;
	case SERVICES_128_SOME:
	case SERVICES_128:
		add_services(advert, value, length, 16);
		return;
	case NAME_SHORTENED:
	case NAME_WHOLE:
		add_name(advert, value, length, type == NAME_WHOLE);
		return;
	case MANUFACTURER:
		add_company(advert, value, length);
		return;
	}
}

void advert_add(struct advert *advert, const uint8_t *data, size_t length)
{
	while (length > 0) {
		size_t n = data[0]; /* bytes behind it: type and value */

		if (n > length - 1)
			return;
		/* Zeros pad the data before a scan response. */
		if (n > 0)
			add_structure(advert, data[1], data + 2, n - 1);
		data += 1 + n;
		length -= 1 + n;
	}
}

static const struct advert_company *station_company(const struct advert *advert)
{
	for (size_t i = 0; i < advert->company_count; i++)
		if (advert->companies[i].id == COMPANY)
			return &advert->companies[i];
	return NULL;
}

enum advert_security advert_security(const struct advert *advert)
{
	const struct advert_company *company = station_company(advert);

	if (!company || company->length < MARK)
		return ADVERT_UNKNOWN;
	if (memcmp(company->value, "BLUETTI", MARK) == 0)
		return ADVERT_PLAIN;
	if (memcmp(company->value, "BLUETTE", MARK) == 0 ||
		memcmp(company->value, "BLUETTF", MARK) == 0)
		return ADVERT_ENCRYPTED;
	return ADVERT_UNKNOWN;
}

/* A model, which starts with a letter, and a serial number. */
static bool has_serial(const char *name)
{
	size_t length = strlen(name);
	size_t digits = 0;

	while (digits < length &&
		isdigit((unsigned char)name[length - 1 - digits]))
		digits++;
	return digits >= SERIAL_DIGITS && isalpha((unsigned char)name[0]);
}

bool advert_is_station(const struct advert *advert)
{
	if (station_company(advert))
		return true;
	for (size_t i = 0; i < advert->service_count; i++)
		if (service_is(&advert->services[i], station_service,
			    sizeof station_service))
			return has_serial(advert->name);
	return false;
}
