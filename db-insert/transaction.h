/* From lines to committed rows. */
#ifndef BT_DB_INSERT_TRANSACTION_H
#define BT_DB_INSERT_TRANSACTION_H

#include "base/failure.h"
#include "batch.h"
#include "session.h"

/* The rows of a transaction, and the memory they lie in. */
struct transaction;

/* NULL if there is no memory. */
struct transaction *transaction_new(void);
void transaction_free(struct transaction *transaction);

/*
 * Sends the remaining lines of the batch in one or more transactions. Returns 0
 * when all are delivered, or an error with the reason in *failure: -BT_EAWAY
 * (close the session), -BT_ECONFLICT (retry later), -BT_EDENIED, -BT_ESETUP,
 * -ENOMEM.
 */
int transaction_send(
	struct batch *batch, struct session *session, struct failure *failure);

#endif
