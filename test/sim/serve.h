/* The loop of a simulated station. */
#ifndef BT_TEST_SIM_SERVE_H
#define BT_TEST_SIM_SERVE_H

#include "fault.h"
#include "gatt-server.h"
#include "served-registers.h"

/* Opens a local socket; returns its descriptor, or -1 and errno. */
int serve_listen(const char *path);

/*
 * Serves the centrals that connect to listener, one after another, until the
 * descriptor signals is readable. All stays the caller's.
 */
void serve(int listener, int signals, const struct gatt_options *options,
	struct registers *registers, struct faults *faults);

#endif
