/* Lists the maps, one line a model. */
#ifndef BT_DECODE_MODELS_H
#define BT_DECODE_MODELS_H

#include "model/directory.h"

/* Prints the lines of --models. Returns 0 or a negative error. */
int models_print(const struct maps *maps);

#endif
