/* What bt-decode(1) does with its input. */
#ifndef BT_DECODE_DECODE_H
#define BT_DECODE_DECODE_H

#include "decode-options.h"

/* Reads all lines and writes what they become; returns the exit status. */
int decode(const struct options *options);

#endif
