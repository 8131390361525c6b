/* The one place where a conversation with a station waits. */
#ifndef BT_BASE_WAIT_FOR_H
#define BT_BASE_WAIT_FOR_H

#include <stdint.h>

/*
 * Waits until fd has one of the events of poll(2), or an error or hang-up,
 * which the next call on fd will tell. The deadline is one of
 * clock_monotonic(); one that has passed (0) asks once and does not wait.
 * cancel is a descriptor whose readability ends the wait, such as a signalfd
 * of the program, or -1; it wins over fd. A signal that is not in cancel
 * does not end the wait.
 *
 * Returns 0, -BT_ETIMEOUT, -BT_ECANCELED, or a negative errno.
 */
int wait_for(int fd, short events, int64_t deadline, int cancel);

/*
 * Takes over signals, a list that ends with 0: they are blocked and come as
 * struct signalfd_siginfo out of a descriptor, which read(2) never waits on.
 * Returns the descriptor, which is the caller's, or a negative errno.
 */
int wait_signals(const int *signals);

#endif
