/* Lines out of files, and signals while waiting for them. */
#include "base/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/output.h"
#include "base/wait-for.h"

/* After the first signal, milliseconds that the input may still last. */
#define GRACE 5000

static char dash[] = "-";
static char *const standard_input[] = { dash, NULL };

static void signal_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGUSR1);
}

int lines_open(struct lines *lines, char *const *files, size_t maximum)
{
	sigset_t set;

	memset(lines, 0, sizeof *lines);
	lines->files = *files ? files : standard_input;
	lines->fd = lines->wake = lines->output = -1;
	lines->cut_off = INT64_MAX;
	lines->maximum = maximum;
	lines->buffer = malloc(maximum + 1);
	if (!lines->buffer)
		return -errno;
	signal_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	lines->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (lines->signals < 0) {
		free(lines->buffer);
		return -errno;
	}
	return 0;
}

static void close_file(struct lines *lines)
{
	if (lines->fd > STDIN_FILENO)
		close(lines->fd);
	lines->fd = -1;
}

/* A signal that ends the input has come. */
static void drop_signals(int signals)
{
	struct signalfd_siginfo info;

	while (wait_for(signals, POLLIN, 0, -1) == 0)
		if (read(signals, &info, sizeof info) != sizeof info)
			return;
}

void lines_close(struct lines *lines)
{
	sigset_t set;

	close_file(lines);
	drop_signals(lines->signals);
	close(lines->signals);
	free(lines->buffer);
	signal_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* --- from file to file --------------------------------------------------- */

static enum lines_event fail(struct lines *lines)
{
	lines->error = -errno;
	close_file(lines);
	return LINES_FAILED;
}

/* LINES_LINE here means: go on. */
static enum lines_event open_next(struct lines *lines)
{
	const char *name = *lines->files;

	if (!name)
		return LINES_END;
	lines->files++;
	lines->number = 0;
	lines->start = lines->end = 0;
	lines->at_end = lines->skipping = false;
	if (strcmp(name, "-") == 0) {
		lines->file = "standard input";
		lines->fd = STDIN_FILENO;
		return LINES_LINE;
	}
	lines->file = name;
	lines->fd = open(name, O_RDONLY | O_CLOEXEC);
	return lines->fd < 0 ? fail(lines) : LINES_LINE;
}

bool lines_reads_terminal(const struct lines *lines)
{
	bool is_input = false;

	for (char *const *file = lines->files; *file; file++)
		is_input |= strcmp(*file, "-") == 0;
	return is_input && isatty(STDIN_FILENO);
}

void lines_stop(struct lines *lines)
{
	lines->at_end = true;
	while (*lines->files)
		lines->files++;
}

/* --- signals and time ---------------------------------------------------- */

/* A terminal ends at once. */
static void leave_terminal(struct lines *lines)
{
	int fd = lines->fd;

	if (fd < 0 && *lines->files && strcmp(*lines->files, "-") == 0)
		fd = STDIN_FILENO;
	if (fd >= 0 && isatty(fd))
		lines_stop(lines);
}

static enum lines_event take_signal(struct lines *lines)
{
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(lines->signals, &info, sizeof info) != sizeof info)
		return LINES_LINE;
	if (info.ssi_signo == SIGUSR1)
		return LINES_COUNTERS;
	if (!lines->stopping) {
		lines->stopping = true;
		lines->cut_off = clock_monotonic() + GRACE;
		output_leave_by(lines->cut_off);
		leave_terminal(lines);
		return LINES_LINE;
	}
	/* A second signal kills, even if a shell has set it to be ignored. */
	signal((int)info.ssi_signo, SIG_DFL);
	signal_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise((int)info.ssi_signo);
	return LINES_CUT;
}

/* A signal wins over wake, that over the input, and that over the reader of the
 * output. LINES_LINE: go on. */
static enum lines_event wait_on(struct lines *lines, int fd, int64_t deadline)
{
	int64_t until = deadline < lines->cut_off ? deadline : lines->cut_off;
	struct pollfd fds[] = {
		{ .fd = lines->signals, .events = POLLIN },
		{ .fd = lines->wake, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
		{ .fd = lines->output },
	};
	int n = poll(fds, 4, clock_left(until));

	if (n > 0 && fds[0].revents)
		return take_signal(lines);
	if (n > 0 && fds[1].revents)
		return LINES_WOKEN;
	if (n > 0 && fds[3].revents && !fds[2].revents)
		return LINES_UNREAD;
	if (n > 0)
		return LINES_LINE;
	if (clock_left(lines->cut_off) == 0) {
		lines->cut_off = INT64_MAX;
		return LINES_CUT;
	}
	return clock_left(deadline) == 0 ? LINES_IDLE : LINES_LINE;
}

/* --- lines --------------------------------------------------------------- */

static enum lines_event hand_out(
	struct lines *lines, size_t length, enum lines_event event)
{
	bool skipped = lines->skipping;

	lines->number++;
	lines->text = lines->buffer + lines->start;
	lines->length = length;
	lines->start += length + (event == LINES_LINE);
	lines->skipping = false;
	return skipped ? LINES_TOO_LONG : event;
}

/* Makes room after an incomplete line, and drops that line if it is too long.
 */
static void make_room(struct lines *lines)
{
	lines->end -= lines->start;
	memmove(lines->buffer, lines->buffer + lines->start, lines->end);
	lines->start = 0;
	if (lines->end > lines->maximum) {
		lines->skipping = true;
		lines->end = 0;
	}
}

static enum lines_event fill(struct lines *lines, int64_t deadline)
{
	enum lines_event event = wait_on(lines, lines->fd, deadline);
	ssize_t n;

	if (event != LINES_LINE || wait_for(lines->fd, POLLIN, 0, -1) < 0)
		return event;
	make_room(lines);
	n = read(lines->fd, lines->buffer + lines->end,
		lines->maximum + 1 - lines->end);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return fail(lines);
	lines->at_end = n == 0;
	lines->end += n > 0 ? (size_t)n : 0;
	return LINES_LINE;
}

enum lines_event lines_next(struct lines *lines, int64_t deadline)
{
	for (;;) {
		size_t length = lines->end - lines->start;
		char *newline =
			memchr(lines->buffer + lines->start, '\n', length);
		enum lines_event event = LINES_LINE;

		if (newline) {
			length = (size_t)(newline -
				(lines->buffer + lines->start));
			return hand_out(lines, length, LINES_LINE);
		}
		if (lines->fd < 0) {
			event = open_next(lines);
		} else if (!lines->at_end) {
			event = fill(lines, deadline);
		} else {
			close_file(lines);
			if (length > 0 || lines->skipping)
				return hand_out(lines, length, LINES_UNENDED);
		}
		if (event != LINES_LINE)
			return event;
	}
}

enum lines_event lines_pause(struct lines *lines, int64_t deadline)
{
	enum lines_event event;

	do
		event = wait_on(lines, -1, deadline);
	while (event == LINES_LINE);
	return event;
}
