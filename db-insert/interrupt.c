/* SIGTERM and SIGINT in the middle of a long call. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int stop_signals[] = { SIGTERM, SIGINT };

/* The first one that came; a handler can be told of it in no other way. */
static volatile sig_atomic_t caught;

static void note(int signal_number)
{
	if (caught) {
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
	caught = signal_number;
}

static void set_handler(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < 2; i++)
		sigaction(stop_signals[i], &action, NULL);
}

static void set_mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < 2; i++)
		sigaddset(&set, stop_signals[i]);
	sigprocmask(how, &set, NULL);
}

void interrupt_allow(int stopping)
{
	caught = 0;
	set_handler(stopping ? SIG_DFL : note);
	set_mask(SIG_UNBLOCK);
}

void interrupt_hold(void)
{
	set_mask(SIG_BLOCK);
	set_handler(SIG_DFL);
	if (caught)
		raise(caught);
}
