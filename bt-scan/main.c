/*
 * bt-scan(1): lists the power stations that advertise.
 *
 * It needs privileges to open the management interface, and drops them before
 * it reads anything else: maps, the environment, data of strangers.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/wait-for.h"
#include "privilege.h"
#include "rfkill.h"
#include "scan-options.h"
#include "scan.h"
#include "mgmt.h"

#define EX_NONE 1 /* no station was heard */

/* --- messages ------------------------------------------------------------ */

static void report_blocked(enum rfkill state)
{
	if (state == RFKILL_HARD)
		message("Bluetooth is blocked by a switch or key of this "
			"computer: unblock it, then run bluetoothctl power on");
	else
		message("Bluetooth is blocked: run rfkill unblock bluetooth, "
			"then bluetoothctl power on");
}

/* A blocked adapter is off, and some computers take it away altogether. */
static void report_no_adapter(int error, int adapter)
{
	enum rfkill state = rfkill_bluetooth();

	if (state != RFKILL_FREE)
		report_blocked(state);
	else if (error == -ENETDOWN)
		message("hci%d is off: bluetoothctl power on", adapter);
	else if (adapter == MGMT_ANY)
		message("no Bluetooth adapter: plug one in, or look in dmesg "
			"for what is missing");
	else
		message("no adapter hci%d: ls /sys/class/bluetooth lists the "
			"adapters",
			adapter);
}

/* Reports the error; returns the exit status. */
static int report_error(int error, const struct mgmt *mgmt)
{
	int adapter = mgmt_index(mgmt);

	switch (error) {
	case -ENODEV:
	case -ENETDOWN:
		report_no_adapter(error, adapter);
		return EX_UNAVAILABLE;
	case -ERFKILL:
		report_blocked(RFKILL_SOFT);
		return EX_UNAVAILABLE;
	case -EOPNOTSUPP:
		message("hci%d does not support Bluetooth LE: use another "
			"adapter",
			adapter);
		return EX_UNAVAILABLE;
	case -EAFNOSUPPORT:
		message("this kernel has no Bluetooth, or hides it from this "
			"container or service: run bt-scan outside");
		return EX_UNAVAILABLE;
	case -EBUSY:
	case -EIO:
		if (adapter == MGMT_ANY)
			break;
		message("hci%d does not start scanning (status 0x%02x): end "
			"other programs that use it, or switch it off and on",
			adapter, (unsigned)mgmt_status(mgmt));
		return EX_UNAVAILABLE;
	case -BT_ETIMEOUT:
		message("the kernel does not report its Bluetooth adapters: "
			"unplug the adapter and plug it in again");
		return EX_UNAVAILABLE;
	case -EPERM:
	case -EACCES:
		message("no permission to scan: run sudo setcap "
			"cap_net_admin+ep $(command -v bt-scan), or use "
			"bluetoothctl scan le");
		return EX_NOPERM;
	}
	message("cannot listen: %s", error_text(error));
	return error_status(error);
}

/* --- the run ------------------------------------------------------------ */

/* The status of a scan that came to its end. */
static int judge(int error, const struct scan_result *result,
	const struct mgmt *mgmt, const struct options *options)
{
	if (error == -BT_EOUTPUT) {
		if (result->output != -EPIPE)
			message("cannot write to standard output: %s",
				error_text(result->output));
		return error_status(result->output);
	}
	if (error < 0 && error != -BT_ECANCELED)
		return report_error(error, mgmt);
	if (result->stations > 0)
		return EX_OK;
	if (error == -BT_ECANCELED)
		return options->time > 0 ? EX_TEMPFAIL : EX_NONE;
	if (!mgmt_has_begun(mgmt))
		return report_error(-EBUSY, mgmt);
	message("no power station heard in %lld s: off, out of range, or "
		"connected to another device, such as a phone",
		(long long)options->time / 1000);
	return EX_NONE;
}

static int load_maps(struct maps **maps, const struct options *options)
{
	struct failure failure;

	if (maps_load(maps, options->maps, &failure) == 0)
		return EX_OK;
	message("%s", failure.text);
	return EX_CONFIG;
}

/* All that comes after the rights are gone. */
static int listen_without_rights(struct mgmt *mgmt,
	const struct options *options, struct scan_result *result, int cancel)
{
	struct maps *maps = NULL;
	int status = load_maps(&maps, options);
	int error;

	if (status != EX_OK)
		return status;
	error = mgmt_choose(mgmt, options->adapter, cancel);
	if (error == 0)
		error = scan(result, mgmt, options, maps, cancel);
	status = judge(error, result, mgmt, options);
	maps_free(maps);
	return status;
}

static int run(void *data)
{
	const struct options *options = data;
	struct scan_result result = { 0 };
	struct mgmt *mgmt = NULL;
	int status, error, dropped;
	/* Each ends a discovery before it ends the program. */
	int cancel = wait_signals((const int[]){ SIGINT, SIGTERM, SIGHUP, 0 });

	/* A pipe that breaks ends the program, but the discovery first. */
	signal(SIGPIPE, SIG_IGN);
	error = cancel < 0 ? cancel : mgmt_open(&mgmt);
	dropped = privilege_drop();
	if (dropped < 0) {
		message("cannot drop privileges: %s", error_text(dropped));
		status = error_status(dropped);
	} else if (error < 0) {
		status = report_error(error, mgmt);
	} else {
		status = listen_without_rights(mgmt, options, &result, cancel);
	}
	mgmt_close(mgmt);
	if (result.output == -EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct options options;

	options_init(&options);
	return cli_main(&command_line, &options, run, argc, argv);
}
