/*
 * What a simulated station holds, read from a text file. IMAGE_HELP tells the
 * form of the file.
 */
#ifndef BT_TEST_SIM_IMAGE_H
#define BT_TEST_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_NAME 248 /* longest device name: Core Specification, 3.C.12.1 */
#define IMAGE_RANGES 16

#define IMAGE_HELP \
	"An image is a text file; # begins a comment. Numbers are decimal " \
	"or\n" \
	"0x hexadecimal.\n" \
	"\n" \
	"  name NAME               device name: model and serial number\n" \
	"  writable A-B            registers that may be written\n" \
	"  no-answer-to-write A    a write to A is done, but not answered\n" \
	"  gaps refuse             a read of any register that is not served " \
	"is\n" \
	"                          refused: exception 2; so it is without " \
	"this row\n" \
	"  gaps move               only where its first register is not " \
	"served;\n" \
	"                          else the words behind a gap follow at " \
	"once, and\n" \
	"                          those of served registers beyond the end, " \
	"then\n" \
	"                          zeros, fill the answer\n" \
	"  changing A-B N          one more with each Nth read of any " \
	"register\n" \
	"  pack-selector A shows B settle MS\n" \
	"                          a write to A selects a battery pack; MS\n" \
	"                          milliseconds later it takes effect and B\n" \
	"                          shows its number\n" \
	"  pack-lag MS old         all else of the pack before for so much " \
	"longer,\n" \
	"  pack-lag MS zero        or zeros\n" \
	"  unit N                  MODBUS unit of the rows below (1)\n" \
	"  pack N                  rows below: only while pack N is " \
	"selected\n" \
	"  A VALUE...              registers from A on\n" \
	"  A-B VALUE               registers A to B, all the same\n" \
	"\n" \
	"VALUE is a number; \"text\", two characters a register; swapped\n" \
	"\"text\", the second character in the high byte; or serial NUMBER, " \
	"four\n" \
	"registers, low word first. A later row overrides an earlier one. A\n" \
	"register without a row is not served.\n"

struct range {
	uint16_t first;
	uint16_t last;
};

/* Registers whose values grow by one with each so many reads. */
struct change {
	struct range range;
	unsigned reads;
};

/* The registers of one unit: those of one pack, or with pack 0 those that do
 * not depend on the pack. */
struct bank {
	uint8_t unit;
	unsigned pack;
	uint16_t value[0x10000];
	bool served[0x10000];
};

/* What becomes of a read that touches registers which are not served. */
enum gaps { GAPS_REFUSE, GAPS_MOVE, GAPS_SILENT };
#define GAPS_KINDS 3

struct image {
	char name[IMAGE_NAME + 1];
	struct bank **banks;
	size_t bank_count;
	struct range writable[IMAGE_RANGES];
	size_t writable_count;
	struct range silent[IMAGE_RANGES]; /* writes that are not answered */
	size_t silent_count;
	struct change changes[IMAGE_RANGES];
	size_t change_count;
	enum gaps gaps;
	unsigned largest; /* registers that a read may have; 0: any number */
	bool has_packs;
	uint16_t selector;
	uint16_t shows;
	int settle_ms;
	int lag_ms;	   /* of the pack's data behind its number */
	bool lags_by_zero; /* and meanwhile all are zero */
};

/* What is wrong with an image file. */
struct image_error {
	unsigned line;
	const char *reason;
};

/*
 * Reads an image. Returns 0; a negative errno if the file cannot be read;
 * 1 if it is bad, and sets *error. In any case the image is to be released.
 */
int image_read(
	struct image *image, const char *path, struct image_error *error);

void image_release(struct image *image);

/* The bank of that unit and pack, or NULL. */
struct bank *image_bank(const struct image *image, uint8_t unit, unsigned pack);

/* Whether an address lies in one of the ranges. */
bool ranges_have(const struct range *ranges, size_t count, uint16_t address);

#endif
