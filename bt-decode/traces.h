/*
 * Traces of secrets in the bytes of registers, wherever they stand and in
 * whatever form: as a number, as ASCII, as BCD; with the bytes of each register
 * exchanged, with the registers or the bytes in the other order.
 */
#ifndef BT_DECODE_TRACES_H
#define BT_DECODE_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Secrets in one log. */
#define TRACES_MAX 1024

/* A number is looked for if it has so many digits at least and at most. Of
 * these the first four tell no station. */
#define TRACES_DIGITS_MIN 9
#define TRACES_DIGITS_MAX 13
#define TRACES_DIGITS_KEPT 4

/* A text that is shorter is found everywhere by chance. */
#define TRACES_TEXT_MIN 4

/* Bytes that can be looked through at once: those of a frame, and of registers
 * around it that a secret may reach into. */
#define TRACES_BYTES 512

struct traces;

struct traces *traces_new(void); /* NULL: no memory */
void traces_free(struct traces *traces);

/* Add a secret; what is too short or known already is none. 0; -ENOMEM; -ENOSPC
 * if there are too many. */
int traces_add_number(struct traces *traces, int64_t number);
int traces_add_text(struct traces *traces, const char *text);

/* Adds the digits at the end of a station's name, and other runs in it. */
int traces_add_name(struct traces *traces, const char *name);

/* Marks the bytes of whole secrets, of which found has one for each; an even
 * number of them. True if there are any. */
bool traces_find(const struct traces *traces, const uint8_t *bytes,
	size_t length, bool *found);

/* Masks whole secrets, and parts of them that reach over the beginning or the
 * end. Digits that are kept stay. True for each byte in masked that belongs to
 * one. */
void traces_mask(const struct traces *traces, uint8_t *bytes, size_t length,
	bool *masked);

/* Masks the numbers that stand in a text in decimal: number, of five digits at
 * most, replaces their last digits. */
void traces_mask_text(const struct traces *traces, char *text, unsigned number);

#endif
