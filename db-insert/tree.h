/* Reads any record with jansson: what flat_read() does not take, and the
 * reference for what it takes. Only here a line is refused for its JSON. */
#ifndef BT_DB_INSERT_TREE_H
#define BT_DB_INSERT_TREE_H

#include "base/failure.h"
#include "field.h"

/* Values of a record at most; and those of them that take much memory: keys,
 * lists and objects. jansson makes 6 MB of so many. */
#define TREE_VALUES 65536
#define TREE_NODES 16384

/* Lists and objects within a value. MariaDB's own limit is 32. */
#define TREE_DEPTH 8

/*
 * Reads a line of length bytes. The texts of the fields lie in *tree, which is
 * the caller's, for json_decref(). Keys are unique, texts are UTF-8 without
 * NUL, numbers finite. Returns the number of fields; or -BT_ERECORD with the
 * reason in *failure, or -ENOMEM.
 */
int tree_read(struct field fields[TREE_NODES], json_t **tree, const char *line,
	size_t length, struct failure *failure);

/*
 * Writes a value as JSON without blanks; each number is a text that reads back
 * the same. Returns its length, which may be more than there is
 * room; 0: no memory.
 */
size_t tree_write(const json_t *value, char *text, size_t room);

#endif
