/* Starting, watching and ending the delivery process. */
#include "delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "login.h"

/* Back-off in milliseconds before a killed process is replaced; it doubles
 * until something is committed. */
#define PAUSE_FIRST 250
#define PAUSE_LAST 30000

/* --- the other process ---------------------------------------------------- */

/* Keeps the client library from reading the input. */
static int leave_input(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		return -errno;
	close(fd);
	return 0;
}

/* The spool's lock belongs to the parent's descriptor. Opening the directory
 * again makes the lock end with the parent. */
static int leave_lock(int *directory)
{
	int fd = openat(*directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(*directory);
	*directory = fd;
	return 0;
}

static int run_child(struct delivery_start *start, pid_t parent)
{
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return EX_TEMPFAIL;
	error = leave_input();
	if (error == 0)
		error = leave_lock(&start->segments);
	if (error < 0) {
		message("cannot start delivery: %s", error_text(error));
		return error_status(error);
	}
	return deliver(start);
}

static int start_process(struct delivery *d)
{
	int sockets[2];
	pid_t parent = getpid();

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return -errno;
	d->pid = fork();
	if (d->pid == 0) {
		close(sockets[0]);
		d->start.socket = sockets[1];
		exit(run_child(&d->start, parent));
	}
	close(sockets[1]);
	d->socket = sockets[0];
	if (d->pid < 0) {
		int error = -errno;

		close(d->socket);
		d->socket = -1;
		return error;
	}
	d->is_waiting = d->is_summed = false;
	d->heard = clock_monotonic();
	d->offered = d->start.done;
	d->restart = d->login_end = INT64_MAX;
	return 0;
}

int delivery_open(struct delivery *d)
{
	/* An inherited SIG_IGN would discard exit statuses. */
	signal(SIGCHLD, SIG_DFL);
	d->pause = PAUSE_FIRST;
	d->socket = -1;
	d->start.history = mmap(NULL, sizeof *d->start.history,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return d->start.history == MAP_FAILED ? -errno : 0;
}

/* --- watching ------------------------------------------------------------- */

static void close_socket(struct delivery *d)
{
	close(d->socket);
	d->socket = -1;
}

/* Returns the exit status, or -1 if a signal has killed the process. */
static int collect(struct delivery *d)
{
	int status;

	close_socket(d);
	d->passing = 0;
	/* This does not change the status of a process that has exited. */
	kill(d->pid, SIGKILL);
	while (waitpid(d->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	d->pid = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void restart_later(struct delivery *d)
{
	d->state = DELIVERY_AWAY;
	d->restart = clock_monotonic() + d->pause;
	d->login_end = INT64_MAX;
	d->pause = d->pause < PAUSE_LAST / 2 ? 2 * d->pause : PAUSE_LAST;
}

/* The process exits by itself only after a fatal error. */
static void replace(struct delivery *d)
{
	int status = collect(d);

	if (status > 0) {
		d->state = DELIVERY_FAILED;
		d->status = status;
		return;
	}
	message("the delivery process was killed: starting a new one");
	restart_later(d);
}

/* The next process tries the next host. */
static void end_login(struct delivery *d)
{
	struct connection_history *history = d->start.history;

	collect(d);
	if (history->last_error != -BT_EAWAY)
		message("%s: the login took longer than 20 s; trying again",
			connection_error_text(history, -BT_EAWAY));
	history->last_error = -BT_EAWAY;
	history->host =
		(history->host + 1) % login_hosts(&d->start.options->login);
	restart_later(d);
}

static void try_start(struct delivery *d)
{
	int error = start_process(d);

	if (error < 0 && !d->has_said_start)
		message("cannot start the delivery process: %s; trying "
			"again",
			error_text(error));
	d->has_said_start = error < 0;
	if (error < 0)
		restart_later(d);
}

/* Time at which a silent process counts as hanging. */
static int64_t stuck(const struct delivery *d)
{
	bool is_busy = d->socket >= 0 && !d->is_waiting;

	return is_busy ? d->heard + DELIVERY_STUCK : INT64_MAX;
}

static void end_if_stuck(struct delivery *d)
{
	if (clock_left(stuck(d)) > 0)
		return;
	message("the delivery process is killed, as it did not respond for %d "
		"s",
		DELIVERY_STUCK / 1000);
	kill(d->pid, SIGKILL);
	/* Report this once; the end of its socket follows. */
	d->heard = clock_monotonic();
}

static void take(struct delivery *d, const struct report *report)
{
	d->heard = clock_monotonic();
	switch (report->kind) {
	case REPORT_LOGIN:
		d->login_end = clock_monotonic() + LOGIN_TIMEOUT;
		break;
	case REPORT_LOGIN_OVER:
		d->login_end = INT64_MAX;
		break;
	case REPORT_WELL:
		d->state = DELIVERY_WELL;
		break;
	case REPORT_AWAY:
		d->state = DELIVERY_AWAY;
		break;
	case REPORT_WAITS:
		d->is_waiting = true;
		break;
	case REPORT_SUMMED:
		d->is_summed = true;
		break;
	case REPORT_TRIES:
	case REPORT_REFUSED:
		break;
	case REPORT_COMMITTED:
		d->is_summed = false;
		d->start.done = report->end;
		d->start.lines = report->lines;
		if (report->passed > 0)
			d->passing = 0;
		d->pause = PAUSE_FIRST;
		break;
	}
}

bool delivery_receive(struct delivery *d, struct report *report)
{
	int n;

	if (d->socket < 0 && clock_left(d->restart) == 0)
		try_start(d);
	if (d->socket < 0)
		return false;
	n = report_receive(d->socket, report);
	if (n == 0)
		end_if_stuck(d);
	if (n < 0)
		replace(d);
	if (n == 0 && clock_left(d->login_end) == 0)
		end_login(d);
	if (n > 0)
		take(d, report);
	return n > 0;
}

void delivery_offer(
	struct delivery *d, const struct spool_position *end, size_t waiting)
{
	bool is_new = spool_position_compare(end, &d->offered) != 0;

	if (!d->is_waiting || (!is_new && waiting == 0))
		return;
	d->passing = is_new ? 0 : waiting;
	/* After a failure, the next report is the end of the socket. */
	report_answer(d->socket,
		&(struct offer){ .end = *end, .passed = d->passing });
	d->is_waiting = false;
	d->heard = clock_monotonic();
	d->offered = *end;
}

int64_t delivery_due(const struct delivery *d)
{
	return clock_earlier(clock_earlier(d->restart, d->login_end), stuck(d));
}

/* --- the end -------------------------------------------------------------- */

void delivery_end(struct delivery *d)
{
	if (d->socket >= 0)
		shutdown(d->socket, SHUT_WR);
}

bool delivery_receive_last(
	struct delivery *d, struct report *report, int64_t deadline)
{
	struct pollfd end = { .fd = d->socket, .events = POLLIN };
	int n, status = 0;

	if (d->socket < 0 || poll(&end, 1, clock_left(deadline)) <= 0)
		return false;
	n = report_receive(d->socket, report);
	if (n < 0)
		status = collect(d);
	if (status > 0)
		d->status = status;
	if (n > 0)
		take(d, report);
	return n > 0;
}

void delivery_close(struct delivery *d)
{
	if (d->socket >= 0)
		collect(d);
}
