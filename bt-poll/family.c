/* A parent and its children, one per station. */
#include "family.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "life.h"
#include "message.h"
#include "output.h"

struct family {
	pid_t *children; /* 0: has ended */
	size_t count, alive;
	bool stopping; /* a first signal has been passed on */
	int status;
	bool broken_pipe; /* nobody reads any more */
};

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

static pid_t start(const struct address *address, const struct options *options)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_TEMPFAIL);
	child_signals();
	_exit(output_close(life(address, options)));
}

static void send_all(const struct family *f, int number)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->children[i] > 0)
			kill(f->children[i], number);
}

static int start_all(struct family *f, const struct options *options)
{
	for (size_t i = 0; i < f->count; i++) {
		pid_t pid = start(&options->addresses[i], options);

		if (pid < 0) {
			message("cannot start a process: %s", strerror(errno));
			send_all(f, SIGKILL);
			return EX_TEMPFAIL;
		}
		f->children[i] = pid;
		f->alive++;
	}
	return EX_OK;
}

static void note_end(struct family *f, int how)
{
	int status = EX_SOFTWARE;

	if (WIFEXITED(how))
		status = WEXITSTATUS(how);
	else if (WTERMSIG(how) == SIGPIPE)
		f->broken_pipe = true;
	else if (f->stopping)
		status = EX_TEMPFAIL;
	else
		message("a process was ended by signal %d (%s)", WTERMSIG(how),
			strsignal(WTERMSIG(how)));
	if (f->status == EX_OK)
		f->status = status;
}

static void reap(struct family *f)
{
	pid_t pid;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
		for (size_t i = 0; i < f->count; i++) {
			if (f->children[i] != pid)
				continue;
			f->children[i] = 0;
			f->alive--;
			note_end(f, how);
		}
	}
	if (f->broken_pipe)
		send_all(f, SIGKILL);
}

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

static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void wait_for_all(struct family *f, int fd)
{
	struct signalfd_siginfo info;

	while (f->alive > 0) {
		if (read(fd, &info, sizeof info) != sizeof info) {
			message("cannot wait for signals: %s", strerror(errno));
			f->status = EX_TEMPFAIL;
			break;
		}
		obey(f, (int)info.ssi_signo);
	}
}

int family(const struct options *options)
{
	struct family f = { .count = options->address_count };
	int fd = signals();

	f.children = calloc(f.count, sizeof *f.children);
	if (!f.children || fd < 0) {
		message("cannot begin: %s", strerror(errno));
		free(f.children);
		return EX_TEMPFAIL;
	}
	f.status = start_all(&f, options);
	if (f.status == EX_OK)
		wait_for_all(&f, fd);
	free(f.children);
	close(fd);
	if (f.broken_pipe) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return f.status;
}
