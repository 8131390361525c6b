/*
 * A parent and its children, one per station. A child that dies, or gives no
 * sign of life, is replaced; one that leaves by itself has its reasons.
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

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "base/wait-for.h"
#include "connection.h"
#include "heartbeat.h"

/* ms between two looks at the children. */
#define LOOK 5000
/* 2026-01-01: no clock that was ever set tells an earlier time. */
#define CLOCK_PAST INT64_C(1767225600000)
#define CLOCK_WAIT 120000 /* ms */
/* ms until a child that ended is replaced. */
#define REPLACE 1000

struct child {
	pid_t pid;	    /* 0: none runs */
	bool is_finished;   /* it left by itself */
	int64_t replace_at; /* when the next one starts */
	struct heartbeat *heartbeat;
};

struct family {
	const struct options *options;
	struct child *children;
	struct heartbeat *heartbeats; /* shared with the children */
	size_t count;
	int signals;
	bool stopping; /* a first signal has been passed on */
	int status;
	bool broken_pipe; /* nobody reads any more */
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

static int start(struct family *f, size_t n)
{
	struct child *child = &f->children[n];
	pid_t parent = getpid();

	heartbeat_beat(child->heartbeat);
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
	close(f->signals);
	child_signals();
	_exit(output_close(connection_run(
		&f->options->addresses[n], f->options, child->heartbeat)));
}

static void send_all(const struct family *f, int number)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->children[i].pid > 0)
			kill(f->children[i].pid, number);
}

/* --- their ends */

static void finish(struct family *f, struct child *child, int status)
{
	child->is_finished = true;
	if (f->status == EX_OK)
		f->status = status;
}

static void note_end(struct family *f, struct child *child, int how)
{
	child->pid = 0;
	if (WIFEXITED(how)) {
		finish(f, child, WEXITSTATUS(how));
	} else if (WTERMSIG(how) == SIGPIPE) {
		f->broken_pipe = true;
		finish(f, child, EX_OK);
	} else if (f->stopping || f->broken_pipe) {
		finish(f, child, EX_TEMPFAIL);
	} else {
		message("a process was ended by signal %d (%s); another takes "
			"its place",
			WTERMSIG(how), strsignal(WTERMSIG(how)));
		child->replace_at = clock_monotonic() + REPLACE;
	}
}

static void reap(struct family *f)
{
	pid_t pid;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0)
		for (size_t i = 0; i < f->count; i++)
			if (f->children[i].pid == pid)
				note_end(f, &f->children[i], how);
	if (f->broken_pipe)
		send_all(f, SIGKILL);
}

static void end_if_stuck(struct child *child)
{
	if (!heartbeat_is_stuck(child->heartbeat))
		return;
	message("a process gave no sign of life for %d s", HEARTBEAT_STUCK);
	kill(child->pid, SIGKILL);
	/* It is said once, and its end is on its way. */
	heartbeat_beat(child->heartbeat);
}

/* Ends what is stuck, starts what is missing. */
static void look_after(struct family *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct child *child = &f->children[i];

		if (child->is_finished)
			continue;
		if (child->pid > 0)
			end_if_stuck(child);
		else if (f->stopping)
			finish(f, child, EX_TEMPFAIL);
		else if (clock_left(child->replace_at) == 0 && start(f, i) < 0)
			child->replace_at = clock_monotonic() + LOOK;
	}
}

/* --- signals */

static const int taken_over[] = { SIGCHLD, SIGTERM, SIGINT, SIGUSR1, 0 };

static void obey(struct family *f, int number)
{
	switch (number) {
	case SIGCHLD:
		reap(f);
		break;
	case SIGUSR1:
		send_all(f, SIGUSR1);
		break;
	default:
		/* The second time is meant: at once. */
		send_all(f, f->stopping ? SIGKILL : SIGTERM);
		f->stopping = true;
	}
}

static bool is_alive(const struct family *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (!f->children[i].is_finished)
			return true;
	return false;
}

/* When there is something to do again, if no signal comes before. */
static int64_t next_look(const struct family *f)
{
	int64_t next = clock_monotonic() + LOOK;

	for (size_t i = 0; i < f->count; i++)
		if (!f->children[i].is_finished && f->children[i].pid == 0 &&
			f->children[i].replace_at < next)
			next = f->children[i].replace_at;
	return next;
}

static void watch(struct family *f)
{
	struct signalfd_siginfo info;

	for (;;) {
		look_after(f);
		if (!is_alive(f))
			return;
		if (wait_for(f->signals, POLLIN, next_look(f), -1) == 0 &&
			read(f->signals, &info, sizeof info) == sizeof info)
			obey(f, (int)info.ssi_signo);
	}
}

/* --- the clock ----------------------------------------------------------- */

/*
 * A board without a clock of its own boots in the past, and its first lines
 * would carry times that never were. Waits until the clock is set, but not
 * for ever.
 */
static void wait_for_clock(struct family *f)
{
	int64_t give_up = clock_monotonic() + CLOCK_WAIT;
	struct signalfd_siginfo info;

	if (clock_wall() >= CLOCK_PAST)
		return;
	message("the clock is in the past: waiting up to %d s until it is set",
		CLOCK_WAIT / 1000);
	while (clock_wall() < CLOCK_PAST && clock_left(give_up) > 0) {
		int64_t look = clock_monotonic() + 1000;

		if (wait_for(f->signals, POLLIN, look, -1) == 0 &&
			read(f->signals, &info, sizeof info) == sizeof info) {
			obey(f, (int)info.ssi_signo);
			return;
		}
	}
	if (clock_wall() < CLOCK_PAST)
		message("the clock is still in the past");
	else
		message("the clock has been set");
}

/* --- the whole */

static int prepare(struct family *f)
{
	size_t size = f->count * sizeof *f->heartbeats;

	f->children = calloc(f->count, sizeof *f->children);
	f->heartbeats = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	f->signals = wait_signals(taken_over);
	if (f->signals < 0)
		return f->signals;
	if (!f->children || f->heartbeats == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < f->count; i++)
		f->children[i].heartbeat = &f->heartbeats[i];
	return 0;
}

static void release(struct family *f)
{
	if (f->signals >= 0)
		close(f->signals);
	if (f->heartbeats != MAP_FAILED)
		munmap(f->heartbeats, f->count * sizeof *f->heartbeats);
	free(f->children);
}

int supervise(const struct options *options)
{
	struct family f = { .options = options,
		.count = options->address_count };
	int error = prepare(&f);

	if (error < 0)
		message("cannot begin: %s", error_text(error));
	if (error == 0) {
		wait_for_clock(&f);
		watch(&f);
	}
	release(&f);
	if (f.broken_pipe) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return error < 0 ? EX_TEMPFAIL : f.status;
}
