/*
 * Records that wait for the database, and the transaction that takes them
 * there.
 *
 * batch_add() until it is full or nothing more waits; batch_send() until all
 * are settled, over as many connections as that takes; batch_clear(). A
 * record is settled when it is committed or refused: what a lost connection
 * left open is sent again.
 */
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <mysql.h>

#include "record.h"
#include "schema.h"

/* A reason, for people. */
#define BATCH_WHY SCHEMA_WHY

/* Records, and bytes of their lines, that a batch takes. */
#define BATCH_RECORDS 2000
#define BATCH_BYTES (4u << 20)

struct batch;

/* What a connection has of its own: statements, numbers of stations, columns.
 */
struct session;

/* NULL if there is no memory. */
struct batch *batch_new(void);
void batch_free(struct batch *batch);

/* Takes the record over. length is that of its line. The batch must not be
 * full. */
void batch_add(struct batch *batch, const struct record *record, size_t length);

bool batch_is_full(const struct batch *batch);
size_t batch_count(const struct batch *batch);

/* Records that are not settled. */
size_t batch_open(const struct batch *batch);

/* A record of the batch; those refused by the database have a refusal. */
const struct record *batch_record(const struct batch *batch, size_t number);

/* Forgets all records; for the next ones. */
void batch_clear(struct batch *batch);

/*
 * Prepares a connection that login_connect() made, tables included; it is the
 * session's from here on, even on failure. 0, or an error of schema_open()
 * with its reason.
 */
int session_open(struct session **session, MYSQL *handle, bool replace,
	char why[BATCH_WHY]);
void session_close(struct session *session);

/* See schema_advice(). */
const char *session_advice(struct session *session);

/*
 * Sends what is not settled. Returns 0 when all is, or the error that
 * stopped it, with the reason in why: -BT_EAWAY (close the session),
 * -BT_ECONFLICT (try again later), -BT_EDENIED, -BT_ESETUP, -ENOMEM.
 */
int batch_send(
	struct batch *batch, struct session *session, char why[BATCH_WHY]);

#endif
