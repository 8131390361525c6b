/* Which way to listen. */
#include "scanner.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>

#include "hci.h"
#include "mgmt.h"
#include "privilege.h"

_Static_assert(SCANNER_ANY == MGMT_ANY, "the same number means any adapter");

struct scanner {
	int adapter;
	struct mgmt *mgmt; /* NULL: none */
	struct hci *hci;   /* if there is one, it is listened with */
};

/* The kernel tells anybody which adapters there are. */
static int open_raw(struct scanner *s, int cancel)
{
	int error = 0;

	if (s->mgmt)
		error = mgmt_choose(s->mgmt, s->adapter, cancel);
	if (s->mgmt)
		s->adapter = mgmt_index(s->mgmt);
	else if (s->adapter == SCANNER_ANY)
		s->adapter = 0;
	return error < 0 ? error : hci_open(&s->hci, s->adapter);
}

int scanner_open(struct scanner **result, int adapter, int cancel)
{
	struct scanner *s = calloc(1, sizeof *s);
	int error;

	*result = s;
	if (!s)
		return -ENOMEM;
	s->adapter = adapter;
	error = mgmt_open(&s->mgmt);
	if (error == -EAFNOSUPPORT)
		return error;
	if ((error < 0 || !privilege_has(CAP_NET_ADMIN)) &&
		privilege_has(CAP_NET_RAW))
		return open_raw(s, cancel);
	return error;
}

int scanner_begin(struct scanner *s, int cancel)
{
	int error;

	if (s->hci)
		return 0;
	error = mgmt_choose(s->mgmt, s->adapter, cancel);
	s->adapter = mgmt_index(s->mgmt);
	return error;
}

int scanner_adapter(const struct scanner *s)
{
	return s ? s->adapter : SCANNER_ANY;
}

int scanner_next(
	struct scanner *s, struct report *report, int64_t deadline, int cancel)
{
	if (s->hci)
		return hci_next(s->hci, report, deadline, cancel);
	return mgmt_next(s->mgmt, report, deadline, cancel);
}

bool scanner_has_begun(const struct scanner *s)
{
	return s->hci ? hci_has_begun(s->hci) : mgmt_has_begun(s->mgmt);
}

bool scanner_is_shared(const struct scanner *s)
{
	return s->hci ? hci_is_shared(s->hci) : mgmt_is_shared(s->mgmt);
}

int scanner_status(const struct scanner *s)
{
	return s->hci ? hci_status(s->hci) : mgmt_status(s->mgmt);
}

void scanner_close(struct scanner *s)
{
	if (!s)
		return;
	hci_close(s->hci);
	mgmt_close(s->mgmt);
	free(s);
}
