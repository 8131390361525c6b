/* bt-air, see controller.h: what comes from the kernel, the tester and the
 * sockets of devices, and time that passes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timex.h>
#include <sysexits.h>
#include <unistd.h>

#include "air-link.h"
#include "air.h"
#include "base/clock.h"
#include "base/message.h"
#include "command.h"
#include "controller.h"
#include "script.h"
#include "vhci.h"

static const char usage[] =
	"usage: bt-air [-5] PIPE\n"
	"\n"
	"Makes a Bluetooth LE adapter that exists in software only. What is\n"
	"around it is told by lines that come through PIPE, see script.h.\n"
	"Prints \"ready hciN\" and then what happens, until SIGTERM.\n"
	"\n"
	"  -5    a controller of Bluetooth 5, with extended commands\n";

enum { COMMAND_PACKET = 0x01, ACL_PACKET = 0x02 };

void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

/* --- events -------------------------------------------------------------- */

static int take_packet(struct controller *c)
{
	uint8_t packet[1024];
	int n = vhci_read(c, packet, sizeof packet);

	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n > 1 && packet[0] == COMMAND_PACKET)
		command_take(c, packet + 1, (size_t)n - 1);
	else if (n > 1 && packet[0] == ACL_PACKET)
		link_take(c, packet + 1, (size_t)n - 1);
	return n < 0 ? n : 0;
}

/* Lines come whole, as they are shorter than a pipe's atomic writes. */
static void take_lines(struct controller *c, int script)
{
	char text[4096];
	ssize_t n = read(script, text, sizeof text - 1);
	char *rest = NULL;

	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest))
		script_line(c, line);
}

static void take_stations(struct controller *c, const struct pollfd *fds)
{
	for (size_t i = 0; i < DEVICES_MAX; i++)
		if (fds[i].fd >= 0 && fds[i].revents != 0 &&
			c->devices[i].link.fd == fds[i].fd)
			link_receive(c, &c->devices[i]);
}

/* What comes from a device that is out of reach waits in its socket. */
static void watch_stations(const struct controller *c, struct pollfd *fds)
{
	for (size_t i = 0; i < DEVICES_MAX; i++) {
		const struct device *device = &c->devices[i];
		bool watched = i < c->count && device->in_reach;

		fds[i] = (struct pollfd){ .fd = watched ? device->link.fd : -1,
			.events = POLLIN };
	}
}

static int serve(struct controller *c, int script, int signals)
{
	enum { VHCI, SCRIPT, SIGNALS, STATIONS };
	struct pollfd fds[STATIONS + DEVICES_MAX] = {
		[VHCI] = { .fd = c->fd, .events = POLLIN },
		[SCRIPT] = { .fd = script, .events = POLLIN },
		[SIGNALS] = { .fd = signals, .events = POLLIN },
	};
	int64_t due = clock_monotonic();
	int error = 0;

	while (error == 0) {
		watch_stations(c, fds + STATIONS);
		if (poll(fds, STATIONS + DEVICES_MAX, clock_left(due)) < 0)
			continue;
		if (fds[SIGNALS].revents != 0)
			return 0;
		if (fds[VHCI].revents != 0)
			error = take_packet(c);
		if (fds[SCRIPT].revents != 0)
			take_lines(c, script);
		take_stations(c, fds + STATIONS);
		if (clock_left(due) == 0) {
			air_tick(c);
			due = clock_monotonic() + ADVERTISING_INTERVAL;
		}
	}
	return error;
}

/* --- the program --------------------------------------------------------- */

static int signal_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* The programs would wait for a guest's clock, which nobody ever sets. */
static void vouch_for_clock(void)
{
	adjtimex(&(struct timex){ .modes = ADJ_STATUS | ADJ_MAXERROR });
}

static int run(struct controller *c, const char *path)
{
	/* Open for writing too, so that a pipe without a writer does not end.
	 */
	int script = open(path, O_RDWR | O_CLOEXEC);
	int error;

	if (script < 0) {
		message("%s: %s", path, strerror(errno));
		return EX_NOINPUT;
	}
	vouch_for_clock();
	error = vhci_open(c);
	if (error == 0) {
		note("ready hci%u", c->index);
		error = serve(c, script, signal_descriptor());
	}
	if (error == 0)
		return EX_OK;
	message("/dev/vhci: %s", strerror(-error));
	return EX_OSERR;
}

int main(int argc, char **argv)
{
	static struct controller c;
	int option, status;

	while ((option = getopt(argc, argv, "5")) != -1) {
		if (option != '5') {
			fputs(usage, stderr);
			return EX_USAGE;
		}
		c.is_extended = true;
	}
	if (optind != argc - 1) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	status = run(&c, argv[optind]);
	return status;
}
