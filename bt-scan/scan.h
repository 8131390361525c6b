/* Listening, from the first report to the last line. */
#ifndef BT_SCAN_SCAN_H
#define BT_SCAN_SCAN_H

#include "model/directory.h"
#include "scan-options.h"
#include "mgmt.h"

struct scan_result {
	unsigned long stations; /* reported */
	int output;		/* negative errno of a write that failed, 0 */
};

/*
 * Listens as the options say and writes a line for each station to standard
 * output. Returns 0 when the time is over, -BT_ECANCELED by cancel, see
 * wait_for(), -BT_EOUTPUT, or an error of mgmt_next().
 */
int scan(struct scan_result *result, struct mgmt *mgmt,
	const struct options *options, const struct maps *maps, int cancel);

#endif
