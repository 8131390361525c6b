/*
 * The data of an advertiser, assembled from its reports: advertising data and
 * scan response, each a row of structures of length, type and value (Core
 * Specification, volume 3, part C, 11; the types are in the Supplement, part
 * A). How it identifies a power station: warhammerkid/bluetti_mqtt and
 * Patrick762/bluetti-bt-lib go by the name, Patrick762/hassio-bluetti-bt also
 * by the company id.
 */
#ifndef BT_SCAN_ADVERT_H
#define BT_SCAN_ADVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADVERT_NAME 248 /* Core Specification, volume 3, part C, 12.1 */
#define ADVERT_SERVICES 16
#define ADVERT_COMPANIES 4
#define ADVERT_VALUE 252 /* bytes of manufacturer data behind the id */

/* A service's UUID of 2, 4 or 16 bytes, in the usual order. A short UUID has 2
 * or 4 bytes, even if it was sent in the long form. */
struct advert_service {
	uint8_t uuid[16];
	uint8_t size;
};

struct advert_company {
	uint16_t id;
	uint8_t length;
	uint8_t value[ADVERT_VALUE];
};

/* All zeros is an advertiser of which nothing is known. */
struct advert {
	char name[ADVERT_NAME + 1]; /* up to its first zero byte */
	bool is_whole;		    /* the name is not shortened */
	struct advert_service services[ADVERT_SERVICES];
	size_t service_count;
	struct advert_company companies[ADVERT_COMPANIES];
	size_t company_count;
};

enum advert_security { ADVERT_UNKNOWN, ADVERT_PLAIN, ADVERT_ENCRYPTED };

/*
 * Adds length bytes of advertising data. New data replace old data, but a
 * shortened name never replaces a complete one; a structure that is longer than
 * the data ends them. Services and companies beyond the limits are ignored.
 */
void advert_add(struct advert *advert, const uint8_t *data, size_t length);

/* Whether a station says that it encrypts: the text in its manufacturer data
 * is BLUETTI, BLUETTE or BLUETTF (nhurman/bluetti_mqtt
 * bluetooth/encryption.py). */
enum advert_security advert_security(const struct advert *advert);

/* Whether this is a station though no map has its name: by its company id,
 * or by the service ff00 and a name that ends in a serial number. The service
 * alone is used by other makers too. */
bool advert_is_station(const struct advert *advert);

#endif
