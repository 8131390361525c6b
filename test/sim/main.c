/*
 * bt-sim: a simulated power station on a local socket, for tests and demo.
 *
 * One central at a time. A second one is held in the queue of the socket: it
 * is connected but gets no answer until the first has gone, much as a real
 * station does not let itself be connected then.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/message.h"
#include "base/output.h"
#include "fault.h"
#include "gatt-server.h"
#include "image.h"
#include "serve.h"
#include "served-registers.h"
#include "sim-counters.h"
#include "station-keys.h"

/* Of a thousand requests, those that --random strikes. */
#define PER_MILLE 200

static const char usage[] =
	"usage: bt-sim [-v] [-m MTU] [-f BYTES] [-n NAME] [-F SCRIPT] "
	"[-r SEED]\n"
	"              [-e] [-k KEYS] -i IMAGE SOCKET\n"
	"\n"
	"Simulates a power station on a local SOCK_SEQPACKET socket. Prints\n"
	"\"ready\" when it listens and counters at the end, on SIGTERM.\n"
	"\n"
	"  -i, --image FILE      the registers that it serves\n"
	"  -n, --name NAME       device name, instead of the image's\n"
	"  -m, --mtu N           largest MTU that it agrees to, 23 to 517 "
	"(517)\n"
	"  -f, --fragment N      most bytes of a frame in one notification\n"
	"  -F, --faults FILE     a script of faults\n"
	"      --fault LINE      a line of such a script; may come again\n"
	"  -r, --random SEED[:PER_MILLE]\n"
	"                        faults by chance at so many of 1000 requests "
	"and\n"
	"                        connections (200), a quarter of the messages "
	"of a\n"
	"                        handshake and a twentieth of the PDUs;\n"
	"                        the same faults for the same SEED\n"
	"  -e, --encrypt         as newer firmware: an encrypted session, "
	"begun "
	"with\n"
	"                        a challenge when ff01 is subscribed to\n"
	"  -k, --keys FILE       for that: lines device_signing_private HEX, "
	"local_key\n"
	"                        HEX, client_signing_public HEX; what is left "
	"out is\n"
	"                        that of real stations, but for the first, a "
	"test key:\n"
	"                        clients need --keys test/data/test.keys\n"
	"      --challenge-early the challenge goes before the subscription "
	"is\n"
	"                        confirmed\n"
	"      --challenge-every MS\n"
	"                        one that is not answered comes again (1000); "
	"0:\n"
	"                        never\n"
	"      --handshake-timeout MS\n"
	"                        the link is closed if challenge or key are "
	"not\n"
	"                        answered in time; 0: never (0)\n"
	"      --fixed           nothing in the session is random: that of\n"
	"                        test/data/encryption-vectors.txt\n"
	"  -v, --verbose         tell each fault on standard error\n"
	"      --help-faults     what scripts are made of\n"
	"      --help            this text\n"
	"\n"
	"Counters are lines \"NAME N\": connects, reads, writes, exceptions,\n"
	"bad-frames, mtu-responses, refusals, confirmations, handshakes\n"
	"(begun), handshakes-complete, handshakes-refused (by the station),\n"
	"wrong-signatures and changed-keys (of centrals), plain-requests; "
	"then\n"
	"\"read A+COUNT N\", \"write A+COUNT N\", \"fault WORD N\".\n"
	"\n" IMAGE_HELP;

#define OPTIONS "i:n:m:f:F:r:ek:v"

/* As a real AC180 about does it, which repeats the identical challenge. */
#define CHALLENGE_MS 1000

/* The longest time that can be set: a day. */
#define MS_MAX 86400000

/* Long options without a short form. */
enum {
	HELP = 256,
	HELP_FAULTS,
	FAULT,
	CHALLENGE_EARLY,
	CHALLENGE_EVERY,
	HANDSHAKE_TIMEOUT,
	FIXED
};

struct options {
	const char *image;
	const char *socket;
	const char *name;
	struct gatt_options gatt;
	struct faults *faults;
	bool help;
	bool help_faults;
};

/* Whole numbers only. All setters return an exit status. */
static int to_number(int *number, const char *text, long least, long most)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || value < least ||
		value > most) {
		message("not a number from %ld to %ld: %s", least, most, text);
		return EX_USAGE;
	}
	*number = (int)value;
	return EX_OK;
}

static int set_mtu(struct options *options)
{
	int mtu = SIM_MTU_MAX;
	int status = to_number(&mtu, optarg, SIM_MTU_MIN, SIM_MTU_MAX);

	options->gatt.mtu = (uint16_t)mtu;
	return status;
}

static int set_fragment(struct options *options)
{
	int fragment = 0;
	int status = to_number(&fragment, optarg, 1, SIM_MTU_MAX);

	options->gatt.fragment = (size_t)fragment;
	return status;
}

static int add_script(struct faults *faults, const char *path)
{
	const char *reason;
	unsigned line;
	int bad = faults_read(faults, path, &line, &reason);

	if (bad == 0)
		return EX_OK;
	if (bad < 0)
		message("%s: %s", path, strerror(-bad));
	else
		message("%s:%u: %s", path, line, reason);
	return EX_CONFIG;
}

static int add_fault(struct faults *faults, const char *text)
{
	char *line = strdup(text);
	const char *problem = line ? faults_add(faults, line) : "out of memory";

	free(line);
	if (!problem)
		return EX_OK;
	message("%s: %s", text, problem);
	return EX_CONFIG;
}

/* "SEED" or "SEED:PER_MILLE". */
static int set_random(struct faults *faults, char *text)
{
	char *colon = strchr(text, ':');
	int per_mille = PER_MILLE;
	int status = EX_OK;
	int seed = 0;

	if (colon) {
		*colon = '\0';
		status = to_number(&per_mille, colon + 1, 0, 1000);
	}
	if (status == EX_OK)
		status = to_number(&seed, text, 0, INT_MAX);
	if (status == EX_OK)
		faults_random(faults, (uint64_t)seed, (unsigned)per_mille);
	return status;
}

static int read_keys(struct station_keys *keys, const char *path)
{
	const char *reason;
	unsigned line;
	int bad = station_keys_read(keys, path, &line, &reason);

	if (bad == 0)
		return EX_OK;
	if (bad < 0)
		message("%s: %s", path, strerror(-bad));
	else if (line == 0)
		message("%s: %s", path, reason);
	else
		message("%s:%u: %s", path, line, reason);
	return EX_CONFIG;
}

static int set_encryption(
	struct exchange_options *exchange, struct faults *faults, int option)
{
	switch (option) {
	case 'e':
		exchange->encrypts = true;
		faults_encrypt(faults);
		return EX_OK;
	case 'k':
		return read_keys(&exchange->keys, optarg);
	case CHALLENGE_EARLY:
		exchange->is_early = true;
		return EX_OK;
	case CHALLENGE_EVERY:
		return to_number(&exchange->repeat_ms, optarg, 0, MS_MAX);
	case HANDSHAKE_TIMEOUT:
		return to_number(&exchange->timeout_ms, optarg, 0, MS_MAX);
	case FIXED:
		exchange->is_fixed = true;
		return EX_OK;
	}
	return EX_USAGE;
}

static int set_option(struct options *options, int option)
{
	switch (option) {
	case 'i':
		options->image = optarg;
		return EX_OK;
	case 'n':
		options->name = optarg;
		return EX_OK;
	case 'm':
		return set_mtu(options);
	case 'f':
		return set_fragment(options);
	case 'F':
		return add_script(options->faults, optarg);
	case FAULT:
		return add_fault(options->faults, optarg);
	case 'r':
		return set_random(options->faults, optarg);
	case 'v':
		faults_tell(options->faults);
		return EX_OK;
	case HELP:
		options->help = true;
		return EX_OK;
	case HELP_FAULTS:
		options->help_faults = true;
		return EX_OK;
	}
	return set_encryption(&options->gatt.exchange, options->faults, option);
}

static int parse_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{ "image", required_argument, NULL, 'i' },
		{ "name", required_argument, NULL, 'n' },
		{ "mtu", required_argument, NULL, 'm' },
		{ "fragment", required_argument, NULL, 'f' },
		{ "faults", required_argument, NULL, 'F' },
		{ "fault", required_argument, NULL, FAULT },
		{ "random", required_argument, NULL, 'r' },
		{ "encrypt", no_argument, NULL, 'e' },
		{ "keys", required_argument, NULL, 'k' },
		{ "challenge-early", no_argument, NULL, CHALLENGE_EARLY },
		{ "challenge-every", required_argument, NULL, CHALLENGE_EVERY },
		{ "handshake-timeout", required_argument, NULL,
			HANDSHAKE_TIMEOUT },
		{ "fixed", no_argument, NULL, FIXED },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help-faults", no_argument, NULL, HELP_FAULTS },
		{ "help", no_argument, NULL, HELP },
		{ 0 },
	};
	int status = EX_OK;
	int c;

	while (status == EX_OK &&
		(c = getopt_long(argc, argv, OPTIONS, known, NULL)) != -1)
		status = set_option(options, c);
	if (status != EX_OK || options->help || options->help_faults)
		return status;
	if (!options->image || argc - optind != 1) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	options->socket = argv[optind];
	return EX_OK;
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

/* The life of a station; returns an exit status. */
static int simulate(struct options *options, struct image *image, int signals)
{
	static struct counters counters;
	struct registers registers;
	int listener;

	if (read_image(image, options) < 0)
		return EX_CONFIG;
	listener = serve_listen(options->socket);
	if (listener < 0 || signals < 0) {
		message("%s: %s", options->socket, strerror(errno));
		return EX_OSERR;
	}
	registers_init(&registers, image, &counters);
	output_line("ready\n", strlen("ready\n"));

	serve(listener, signals, &options->gatt, &registers, options->faults);

	unlink(options->socket);
	close(listener);
	counters_print(&counters);
	faults_print(options->faults);
	return EX_OK;
}

int main(int argc, char **argv)
{
	struct options options = { .gatt.mtu = SIM_MTU_MAX,
		.gatt.exchange.repeat_ms = CHALLENGE_MS,
		.faults = faults_new() };
	struct image image = { 0 };
	int status, signals;

	if (!options.faults ||
		station_keys_default(&options.gatt.exchange.keys) < 0)
		return EX_OSERR;
	/* No test leaves a simulator behind. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signals = open_signals();
	status = parse_options(&options, argc, argv);
	if (options.help)
		fputs(usage, stdout);
	else if (options.help_faults)
		faults_help();
	else if (status == EX_OK)
		status = simulate(&options, &image, signals);
	image_release(&image);
	faults_free(options.faults);
	close(signals);
	return output_close(status);
}
