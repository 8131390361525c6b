/* A file without a name, which is gone when it is closed, whatever happens. */
#ifndef BT_DECODE_SCRATCH_FILE_H
#define BT_DECODE_SCRATCH_FILE_H

#include <stdio.h>

#include "base/failure.h"

/* Opens one for reading and writing, in $TMPDIR, else /tmp. NULL, and the
 * reason in *failure, if that fails. fclose() ends it. */
FILE *scratch_file(struct failure *failure);

#endif
