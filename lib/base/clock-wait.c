/* A clock in the past, or not set since the system started. */
#include "base/clock-wait.h"

#include <stddef.h>
#include <sys/timex.h>
#include <time.h>

#include "base/clock.h"
#include "base/message.h"

#define PATIENCE 120 /* s */
/* 2026-01-01: no clock that was ever set shows an earlier time. */
#define PAST INT64_C(1767225600000)
/* Seconds after the start of the system. */
#define YOUNG 180

static bool is_young(void)
{
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);
	return up.tv_sec < YOUNG;
}

static bool is_unsynchronised(void)
{
	struct timex clock = { 0 };

	return adjtimex(&clock) >= 0 && clock.status & STA_UNSYNC;
}

/* Why the clock may be wrong; NULL: no reason. */
static const char *doubt(void)
{
	if (clock_wall() < PAST)
		return MESSAGE_TEXT("the clock is in the past");
	if (is_young() && is_unsynchronised())
		return MESSAGE_TEXT("the system has just started and its clock "
				    "was not set yet");
	return NULL;
}

bool clock_wait(struct clock_wait *wait)
{
	const char *reason = doubt();

	if (!wait->has_begun && !reason)
		return false;
	if (!wait->has_begun) {
		message("%s: waiting up to %d s (--any-clock does not wait)",
			reason, PATIENCE);
		wait->has_begun = true;
		wait->give_up = clock_monotonic() + PATIENCE * 1000;
	}
	if (reason && clock_left(wait->give_up) > 0)
		return true;
	if (reason)
		message("the clock was not set: the times in the output may be "
			"wrong");
	else
		message("the clock has been set");
	return false;
}
