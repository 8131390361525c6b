/*
 * bt-sim: a simulated power station on a local socket, for tests and demo.
 *
 * One central at a time. A second one is held in the queue of the socket: it
 * is connected but gets no answer until the first has gone, much as a real
 * station does not let itself be connected then.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "counters.h"
#include "gatt.h"
#include "image.h"
#include "message.h"
#include "output.h"
#include "registers.h"

/* Centrals that may wait for their turn. */
#define BACKLOG 8

static const char usage[] =
	"usage: bt-sim [-m MTU] [-f BYTES] [-n NAME] -i IMAGE SOCKET\n"
	"\n"
	"Simulates a power station on a local SOCK_SEQPACKET socket. Prints\n"
	"\"ready\" when it listens and counters at the end, on SIGTERM.\n"
	"\n"
	"  -i, --image FILE      the registers that it serves\n"
	"  -n, --name NAME       device name, instead of the image's\n"
	"  -m, --mtu N           largest MTU that it agrees to, 23 to 517 "
	"(517)\n"
	"  -f, --fragment N      most bytes of a frame in one notification\n"
	"      --help            this text\n"
	"\n" IMAGE_HELP;

struct options {
	const char *image;
	const char *socket;
	const char *name;
	struct gatt_options gatt;
};

/* Whole numbers only. */
static int to_number(const char *text, long least, long most)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || number < least ||
		number > most) {
		message("not a number from %ld to %ld: %s", least, most, text);
		exit(EX_USAGE);
	}
	return (int)number;
}

static void parse_options(struct options *options, int argc, char **argv)
{
	enum { HELP = 256 };
	static const struct option known[] = {
		{ "image", required_argument, NULL, 'i' },
		{ "name", required_argument, NULL, 'n' },
		{ "mtu", required_argument, NULL, 'm' },
		{ "fragment", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, HELP },
		{ 0 },
	};
	int c;

	*options = (struct options){ .gatt.mtu = SIM_MTU_MAX };
	while ((c = getopt_long(argc, argv, "i:n:m:f:", known, NULL)) != -1) {
		switch (c) {
		case 'i':
			options->image = optarg;
			break;
		case 'n':
			options->name = optarg;
			break;
		case 'm':
			options->gatt.mtu = (uint16_t)to_number(
				optarg, SIM_MTU_MIN, SIM_MTU_MAX);
			break;
		case 'f':
			options->gatt.fragment =
				(size_t)to_number(optarg, 1, SIM_MTU_MAX);
			break;
		case HELP:
			fputs(usage, stdout);
			exit(output_close(EX_OK));
		default:
			exit(EX_USAGE);
		}
	}
	if (!options->image || argc - optind != 1) {
		fputs(usage, stderr);
		exit(EX_USAGE);
	}
	options->socket = argv[optind];
}

static int read_image(struct image *image, struct options *options)
{
	struct image_error error;
	int bad = image_read(image, options->image, &error);

	if (bad < 0)
		message("%s: %s", options->image, strerror(-bad));
	if (bad > 0)
		message("%s:%u: %s", options->image, error.line, error.reason);
	if (bad == 0 && options->name && strlen(options->name) > IMAGE_NAME) {
		message("name is too long: %s", options->name);
		bad = 1;
	}
	options->gatt.name = options->name ? options->name : image->name;
	return bad == 0 ? 0 : -1;
}

/* SIGTERM and SIGINT as a descriptor. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int listen_on(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
		listen(fd, BACKLOG) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Serves one central until it or the tester has enough. Returns 0 for the
 * next central, 1 for the end. */
static int serve_central(struct gatt *gatt, int signals)
{
	struct pollfd fds[] = {
		{ .fd = gatt->fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	uint8_t pdu[SIM_MTU_MAX + 1];

	for (;;) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents != 0)
			return 1;
		n = recv(gatt->fd, pdu, sizeof pdu, 0);
		if (n <= 0)
			return 0;
		if (gatt_serve(gatt, pdu, (size_t)n) < 0)
			return 0;
	}
}

static void serve(int listener, int signals, const struct options *options,
	struct registers *registers)
{
	struct pollfd fds[] = {
		{ .fd = listener, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	struct gatt gatt;
	int end = 0;

	while (!end) {
		int fd;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents != 0)
			return;
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		registers->counters->connects++;
		gatt_init(&gatt, fd, &options->gatt, registers);
		end = serve_central(&gatt, signals);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	static struct counters counters;
	struct options options;
	struct registers registers;
	struct image image;
	int listener, signals;

	parse_options(&options, argc, argv);
	/* No test leaves a simulator behind. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signals = open_signals();
	if (read_image(&image, &options) < 0) {
		image_release(&image);
		return EX_CONFIG;
	}
	listener = listen_on(options.socket);
	if (listener < 0 || signals < 0) {
		message("%s: %s", options.socket, strerror(errno));
		image_release(&image);
		return EX_OSERR;
	}
	registers_init(&registers, &image, &counters);
	output_line("ready\n", strlen("ready\n"));

	serve(listener, signals, &options, &registers);

	unlink(options.socket);
	close(listener);
	close(signals);
	image_release(&image);
	counters_print(&counters);
	return output_close(EX_OK);
}
