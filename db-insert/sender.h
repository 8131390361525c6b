/*
 * The thread that talks to the database: while it waits for the server, the
 * input is read and the next batch is parsed. What is not parsed yet when it
 * gets a batch, it parses itself.
 *
 * It connects by itself, waits for a server that is away and goes from host
 * to host. A batch is the sender's from sender_give() until sender_take()
 * returns it, with all its records settled. Whoever gives batches looks at
 * sender_state() whenever sender_descriptor() is readable.
 */
#ifndef BT_DB_INSERT_SENDER_H
#define BT_DB_INSERT_SENDER_H

#include "batch.h"
#include "insert-options.h"

enum sender_state {
	SENDER_NEW,    /* the first attempt to connect is still under way */
	SENDER_WELL,   /* connected, or busy with what was given */
	SENDER_AWAY,   /* trying again until it works */
	SENDER_FAILED, /* a person must mend what sender_failure() tells */
};

struct sender;

/* 0 or a negative errno. The options must outlive it. */
int sender_start(struct sender **sender, const struct options *options);

/* Readable when the state has changed or a batch is done; sender_state()
 * makes it unreadable. */
int sender_descriptor(const struct sender *sender);
enum sender_state sender_state(struct sender *sender);

/* SENDER_FAILED: the error and, in why, its reason. */
int sender_failure(struct sender *sender, char why[BATCH_WHY]);

/* Connections made but for the first. */
unsigned long sender_reconnects(struct sender *sender);

/* Only when the sender has no other batch, and has not failed. */
void sender_give(struct sender *sender, struct batch *batch);

/* Whether sender_take() would return one. */
bool sender_is_done(struct sender *sender);

/* The batch that is done, or NULL. */
struct batch *sender_take(struct sender *sender);

/*
 * Ends the thread. false if that takes longer than a second, since it waits
 * for an answer of the server: the process must then leave by _exit(2), and
 * whether the last batch is in the database is not known.
 */
bool sender_stop(struct sender *sender);

/* Only after the thread has ended. */
void sender_free(struct sender *sender);

#endif
