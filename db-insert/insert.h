/*
 * The way of a line through db-insert:
 *
 *   input → spool → the process that delivers → database
 *             ▲                │
 *             └─ acknowledged ─┘   refused: reject file
 *
 * This process reads the input, owns the spool and waits for nobody: neither
 * for the server nor for the other process.
 */
#ifndef BT_DB_INSERT_INSERT_H
#define BT_DB_INSERT_INSERT_H

#include "insert-options.h"

/* Inserts all input. Messages say what goes wrong. Returns an exit status. */
int insert_all(const struct options *options);

#endif
