/* Bytes out of base64 text: RFC 4648, section 4. */
#ifndef BT_DECODE_IMPORT_BASE64_H
#define BT_DECODE_IMPORT_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/errors.h"

enum { BT_EBASE64 = BT_ERROR_END + 1 };

/*
 * Reads length characters into at most size bytes. Only the one text that the
 * bytes are encoded to is taken: no blanks, no missing "=", no bits set behind
 * the last byte. Returns the number of bytes; -BT_EBASE64 for another text;
 * -BT_ELENGTH if they do not fit.
 */
int base64_decode(uint8_t *bytes, size_t size, const char *text, size_t length);

#endif
