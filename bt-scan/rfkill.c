/* /dev/rfkill: a reader first gets the state of each switch. */
#include "rfkill.h"

#include <fcntl.h>
#include <linux/rfkill.h>
#include <unistd.h>

enum rfkill rfkill_bluetooth(void)
{
	int fd = open("/dev/rfkill", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	enum rfkill state = RFKILL_FREE;
	struct rfkill_event event;

	if (fd < 0)
		return state;
	while (read(fd, &event, sizeof event) == sizeof event) {
		if (event.type != RFKILL_TYPE_BLUETOOTH)
			continue;
		if (event.hard)
			state = RFKILL_HARD;
		else if (event.soft && state == RFKILL_FREE)
			state = RFKILL_SOFT;
	}
	close(fd);
	return state;
}
