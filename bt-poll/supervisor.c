/*
 * A parent and its children, one per station. It replaces a child that dies or
 * whose heartbeat stops, but not one that exits by itself.
 */
#include "supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock-wait.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "base/wait-for.h"
#include "base/watchdog.h"
#include "connection.h"
#include "heartbeat.h"

/* ms between two checks of the children. */
#define CHECK_INTERVAL 5000
/* ms until a child that ended is replaced. */
#define REPLACE 1000

struct child {
	pid_t pid;	    /* 0: none runs */
	bool is_finished;   /* it left by itself */
	int64_t replace_at; /* when the next process starts */
	struct heartbeat *heartbeat;
};

struct supervisor {
	const struct options *options;
	struct child *children;
	struct heartbeat *heartbeats; /* shared with the children */
	size_t count;
	int signals;
	int output;	  /* a pipe whose reader may leave, or -1 */
	bool is_stopping; /* a first signal has been passed on */
	bool is_unread;	  /* the missing reader has been reported */
	int status;
	bool has_no_reader; /* the reader is gone */
	int64_t life_due;   /* of the next sign for a watchdog */
};

/* --- children */

/* A signal from the terminal goes to the whole group; the children obey the
 * parent's alone, so that each counts once. */
static void child_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGINT, SIG_IGN);
}

static int start(struct supervisor *s, size_t n)
{
	struct child *child = &s->children[n];
	pid_t parent = getpid();

	heartbeat_beat(child->heartbeat);
	atomic_store(&child->heartbeat->write, 0);
	child->pid = fork();
	if (child->pid < 0) {
		child->pid = 0;
		return -errno;
	}
	if (child->pid > 0)
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_TEMPFAIL);
	close(s->signals);
	child_signals();
	_exit(output_close(connection_run(
		&s->options->addresses[n], s->options, child->heartbeat)));
}

static void send_all(const struct supervisor *s, int number)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->children[i].pid > 0)
			kill(s->children[i].pid, number);
}

/* --- their ends */

static void finish(struct supervisor *s, struct child *child, int status)
{
	child->is_finished = true;
	if (s->status == EX_OK)
		s->status = status;
}

static void record_end(struct supervisor *s, struct child *child, int how)
{
	child->pid = 0;
	if (WIFEXITED(how)) {
		finish(s, child, WEXITSTATUS(how));
	} else if (WTERMSIG(how) == SIGPIPE) {
		s->has_no_reader = true;
		finish(s, child, EX_OK);
	} else if (s->is_stopping || s->has_no_reader) {
		finish(s, child, EX_TEMPFAIL);
	} else {
		message("a process was killed by signal %d (%s): restarting it",
			WTERMSIG(how), strsignal(WTERMSIG(how)));
		child->replace_at = clock_monotonic() + REPLACE;
	}
}

static void reap(struct supervisor *s)
{
	pid_t pid;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0)
		for (size_t i = 0; i < s->count; i++)
			if (s->children[i].pid == pid)
				record_end(s, &s->children[i], how);
	if (s->has_no_reader)
		send_all(s, SIGKILL);
}

static void end_if_stuck(struct child *child)
{
	if (!heartbeat_is_stuck(child->heartbeat))
		return;
	message("a process gave no sign of life for %d s", HEARTBEAT_STUCK);
	kill(child->pid, SIGKILL);
	/* Reported once; SIGCHLD follows. */
	heartbeat_beat(child->heartbeat);
}

static bool is_unread(const struct supervisor *s, int32_t seconds)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->children[i].pid > 0 &&
			heartbeat_is_unread(s->children[i].heartbeat, seconds))
			return true;
	return false;
}

/* Reports once that the output is not read, and once that it is read again. */
static void report_reader(struct supervisor *s)
{
	if (s->is_unread == is_unread(s, s->is_unread ? 1 : HEARTBEAT_UNREAD))
		return;
	s->is_unread = !s->is_unread;
	if (s->is_unread)
		message("nobody reads the output: waiting");
	else
		message("the output is read again");
}

/* Under a watchdog. A pipe that is full waits for its reader. */
static void show_life(struct supervisor *s)
{
	int64_t interval = watchdog_interval();

	if (clock_left(s->life_due) > 0)
		return;
	s->life_due = interval == INT64_MAX ? INT64_MAX
					    : clock_monotonic() + interval;
	if (s->output >= 0 && wait_for(s->output, POLLOUT, 0, -1) == 0)
		watchdog_show_life();
}

/* Kills stuck processes and starts missing ones. */
static void check_children(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct child *child = &s->children[i];

		if (child->is_finished)
			continue;
		if (child->pid > 0)
			end_if_stuck(child);
		else if (s->is_stopping || s->has_no_reader)
			finish(s, child, EX_TEMPFAIL);
		else if (clock_left(child->replace_at) == 0 && start(s, i) < 0)
			child->replace_at = clock_monotonic() + CHECK_INTERVAL;
	}
}

/* --- signals */

static const int taken_over[] = { SIGCHLD, SIGTERM, SIGINT, SIGUSR1, 0 };

static void obey(struct supervisor *s, int number)
{
	switch (number) {
	case SIGCHLD:
		reap(s);
		break;
	case SIGUSR1:
		send_all(s, SIGUSR1);
		break;
	default:
		/* The second time is meant: at once. */
		send_all(s, s->is_stopping ? SIGKILL : SIGTERM);
		s->is_stopping = true;
	}
}

static bool is_alive(const struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->children[i].is_finished)
			return true;
	return false;
}

/* When there is something to do again, if no signal comes before. */
static int64_t next_check(const struct supervisor *s)
{
	int64_t next = clock_monotonic() + CHECK_INTERVAL;

	for (size_t i = 0; i < s->count; i++)
		if (!s->children[i].is_finished && s->children[i].pid == 0 &&
			s->children[i].replace_at < next)
			next = s->children[i].replace_at;
	return next;
}

static void leave_unread(struct supervisor *s)
{
	s->has_no_reader = true;
	s->output = -1;
	send_all(s, SIGKILL);
}

/* Obeys a signal and returns true, or notices that the reader is gone. */
static bool wait_signal(struct supervisor *s, int64_t deadline)
{
	struct signalfd_siginfo info;
	int error;

	show_life(s);
	error = wait_for(
		s->output, 0, clock_earlier(deadline, s->life_due), s->signals);
	if (error == 0)
		leave_unread(s);
	if (error != -BT_ECANCELED ||
		read(s->signals, &info, sizeof info) != sizeof info)
		return false;
	obey(s, (int)info.ssi_signo);
	return true;
}

static void watch(struct supervisor *s)
{
	for (;;) {
		check_children(s);
		report_reader(s);
		if (!is_alive(s))
			return;
		wait_signal(s, next_check(s));
	}
}

/* --- the clock ----------------------------------------------------------- */

/* Wrong times cannot be recognized later. */
static void wait_for_clock(struct supervisor *s)
{
	struct clock_wait wait = { 0 };

	while (!s->is_stopping && !s->has_no_reader && clock_wait(&wait))
		wait_signal(s, clock_monotonic() + 1000);
}

/* --- the whole */

static int prepare(struct supervisor *s)
{
	size_t size = s->count * sizeof *s->heartbeats;

	s->children = calloc(s->count, sizeof *s->children);
	s->heartbeats = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!s->children || s->heartbeats == MAP_FAILED)
		return -ENOMEM;
	s->signals = wait_signals(taken_over);
	if (s->signals < 0)
		return s->signals;
	for (size_t i = 0; i < s->count; i++)
		s->children[i].heartbeat = &s->heartbeats[i];
	return 0;
}

static void release(struct supervisor *s)
{
	if (s->signals >= 0)
		close(s->signals);
	if (s->heartbeats != MAP_FAILED)
		munmap(s->heartbeats, s->count * sizeof *s->heartbeats);
	free(s->children);
}

static int report_unread(void)
{
	int error = output_unread();

	message("%s: %s", error_text(-BT_EOUTPUT), error_text(error));
	return EX_IOERR;
}

int supervise(const struct options *options)
{
	struct supervisor s = { .options = options,
		.output = output_pipe(),
		.signals = -1,
		.count = options->address_count };
	int error = prepare(&s);

	if (error < 0)
		message("cannot begin: %s", error_text(error));
	if (error == 0) {
		if (!options->any_clock)
			wait_for_clock(&s);
		watch(&s);
	}
	release(&s);
	if (s.has_no_reader)
		return report_unread();
	return error < 0 ? EX_TEMPFAIL : s.status;
}
