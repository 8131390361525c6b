/*
 * Finds traces of secrets in the bytes of registers, at any offset and in any
 * form: as a number, as ASCII, as BCD; with the bytes of each register
 * exchanged, with the registers or the bytes in the other order.
 */
#ifndef BT_DECODE_TRACES_H
#define BT_DECODE_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The maximum number of secrets in one log. */
#define TRACES_MAX 1024

/* The minimum and maximum number of digits of a number. The first four do not
 * identify a station. */
#define TRACES_DIGITS_MIN 9
#define TRACES_DIGITS_MAX 13
#define TRACES_DIGITS_KEPT 4

/* A shorter text would match everywhere by chance. */
#define TRACES_TEXT_MIN 4

/* The maximum of bytes to search at once: those of a frame, and of the
 * registers around it that a secret may extend to. */
#define TRACES_BYTES 512

struct traces;

struct traces *traces_new(void); /* NULL: no memory */
void traces_free(struct traces *traces);

/* Add a secret; ignore one that is too short or known already. 0; -ENOMEM;
 * -ENOSPC if there are too many. */
int traces_add_number(struct traces *traces, int64_t number);
int traces_add_text(struct traces *traces, const char *text);

/* Adds the digits at the end of a station's name, and other runs in it. */
int traces_add_name(struct traces *traces, const char *name);

/* Marks the bytes of whole secrets in found, one flag for each byte. length is
 * even. True if there are any. */
bool traces_find(const struct traces *traces, const uint8_t *bytes,
	size_t length, bool *found);

/* Masks whole secrets, and parts of secrets that extend beyond the beginning or
 * the end. Keeps the first digits of numbers. Sets masked for each byte of a
 * secret. */
void traces_mask(const struct traces *traces, uint8_t *bytes, size_t length,
	bool *masked);

/* Masks the numbers that stand in a text in decimal: number, of five digits at
 * most, replaces their last digits. */
void traces_mask_text(const struct traces *traces, char *text, unsigned number);

#endif
