/* Bytes as lower-case hexadecimal text, and back. */
#ifndef BT_BASE_HEX_H
#define BT_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Value of one hexadecimal digit of either case, or -1. */
int hex_digit(char digit);

/* Writes 2 * count digits, without a terminating zero; returns their number. */
size_t hex_encode(char *text, const uint8_t *bytes, size_t count);

/*
 * Reads length digits of either case into at most size bytes. Returns the
 * number of bytes; -BT_EHEX for another character or an odd length;
 * -BT_ELENGTH if they do not fit.
 */
int hex_decode(uint8_t *bytes, size_t size, const char *text, size_t length);

#endif
