/*
 * Fuzz target: the parser of advertising data in bt-scan.
 *
 * The input is the reports of one advertiser: a byte that tells the length,
 * and the bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "../../bt-scan/advert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check(const struct advert *advert)
{
	must(memchr(advert->name, '\0', sizeof advert->name) != NULL);
	must(!advert->is_whole || advert->name[0] != '\0');
	must(advert->service_count <= ADVERT_SERVICES);
	for (size_t i = 0; i < advert->service_count; i++) {
		uint8_t length = advert->services[i].size;

		must(length == 2 || length == 4 || length == 16);
	}
	must(advert->company_count <= ADVERT_COMPANIES);
	for (size_t i = 0; i < advert->company_count; i++)
		must(advert->companies[i].length <= ADVERT_VALUE);
	must(advert_security(advert) == ADVERT_UNKNOWN ||
		advert_is_station(advert));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct advert advert = { 0 };

	while (size > 0) {
		size_t count = data[0];
		uint8_t *report;

		data++;
		size--;
		if (count > size)
			count = size;
		/* As large as what it holds, so that a read beyond it is
		 * seen. */
		report = malloc(count + !count);
		must(report != NULL);
		memcpy(report, data, count);
		advert_add(&advert, report, count);
		free(report);
		check(&advert);
		data += count;
		size -= count;
	}
	return 0;
}
