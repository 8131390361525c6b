/*
 * Discovery through the kernel's management interface (BlueZ's Bluetooth
 * Management API document): the kernel adapts to the controller and shares the
 * reports with other programs.
 *
 * mgmt_open() needs CAP_NET_ADMIN in effect; later calls do not, since the
 * kernel remembers it. After mgmt_choose(), call mgmt_next() for each report,
 * then mgmt_close(). Errors other than those named here are a negative errno.
 */
#ifndef BT_SCAN_MGMT_H
#define BT_SCAN_MGMT_H

#include <stdbool.h>
#include <stdint.h>

#include "advert-report.h"

/* The number of an adapter: 3 is hci3. */
#define MGMT_ANY (-1)

struct mgmt;

/* Returns 0 or a negative errno, then *mgmt is untouched: -EAFNOSUPPORT if
 * there is no Bluetooth. */
int mgmt_open(struct mgmt **mgmt);

/*
 * Chooses the adapter, or with MGMT_ANY the first one that is on and supports
 * Bluetooth LE. Returns 0; -ENODEV: there is none; -ENETDOWN: it is off;
 * -EOPNOTSUPP: it does not support LE; -BT_ETIMEOUT: the kernel does not
 * answer; -BT_ECANCELED by cancel, see wait_for(). Then mgmt_index() returns
 * the adapter that was checked last, MGMT_ANY if none (also for NULL).
 */
int mgmt_choose(struct mgmt *mgmt, int adapter, int cancel);
int mgmt_index(const struct mgmt *mgmt);

/*
 * Keeps a discovery going, own or shared with another program, and waits
 * until the deadline for something to happen. Returns 1 and a report; 0:
 * something else; -BT_ETIMEOUT at the deadline, -BT_ECANCELED; or why there
 * will be no discovery: -EPERM, -ENETDOWN, -ERFKILL, -ENODEV, -EOPNOTSUPP.
 */
int mgmt_next(
	struct mgmt *mgmt, struct report *report, int64_t deadline, int cancel);

/* Whether a discovery of our own has ever begun; and the status of the
 * management interface that the last attempt brought, 0 for none. */
bool mgmt_has_begun(const struct mgmt *mgmt);
int mgmt_status(const struct mgmt *mgmt);

/* Another program is scanning, and we receive its reports. */
bool mgmt_is_shared(const struct mgmt *mgmt);

/* Ends an own discovery, for which it waits up to 2 s. mgmt may be NULL. */
void mgmt_close(struct mgmt *mgmt);

#endif
