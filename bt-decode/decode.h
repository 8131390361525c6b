/* Decodes the input of bt-decode(1). */
#ifndef BT_DECODE_DECODE_H
#define BT_DECODE_DECODE_H

#include "decode-options.h"

/* Reads all lines and writes the output; returns the exit status. */
int decode(const struct options *options);

#endif
