/* Waiting for a station: all of it happens here. */
#ifndef BT_BASE_WAIT_FOR_H
#define BT_BASE_WAIT_FOR_H

#include <stdint.h>

/*
 * Waits until fd has one of the events of poll(2), or an error or hang-up,
 * which the next call on fd reports. The deadline is a time of
 * clock_monotonic(); with one in the past (0), it checks once without waiting.
 * cancel is a descriptor that ends the wait when it becomes readable, such as a
 * signalfd, or -1; it takes precedence over fd. Other signals do not end the
 * wait.
 *
 * Returns 0, -BT_ETIMEOUT, -BT_ECANCELED, or a negative errno.
 */
int wait_for(int fd, short events, int64_t deadline, int cancel);

/*
 * Blocks signals, a list that ends with 0, and opens a non-blocking descriptor
 * that delivers them as struct signalfd_siginfo. Returns the descriptor, which
 * the caller closes, or a negative errno.
 */
int wait_signals(const int *signals);

#endif
