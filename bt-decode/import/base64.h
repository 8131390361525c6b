/* Bytes out of base64 text: RFC 4648, section 4. */
#ifndef BT_DECODE_IMPORT_BASE64_H
#define BT_DECODE_IMPORT_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/errors.h"

enum { BT_EBASE64 = BT_ERROR_END + 1 };

/*
 * Decodes length characters into at most size bytes. Accepts only the canonical
 * encoding: no blanks, no missing "=", no bits set after the last byte. Returns
 * the number of bytes; -BT_EBASE64 for another text; -BT_ELENGTH if they do not
 * fit.
 */
int base64_decode(uint8_t *bytes, size_t size, const char *text, size_t length);

#endif
