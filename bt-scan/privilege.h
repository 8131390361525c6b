/* The rights of a process: capabilities(7). */
#ifndef BT_SCAN_PRIVILEGE_H
#define BT_SCAN_PRIVILEGE_H

/* Gives up all capabilities for ever: none is left, and none comes back by
 * executing something. Returns 0 or a negative errno. */
int privilege_drop(void);

#endif
