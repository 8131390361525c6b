/* Datagrams to a service manager. */
#include "service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/watchdog.h"

/* One that does not hear it takes its measures, and has a log of its own. */
static void notify(const char *state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path ? strlen(path) : 0;
	int fd;

	if (length == 0 || length >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, length);
	if (*path == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		(struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

void service_attend(
	struct service *service, bool is_reading, unsigned long lines)
{
	int64_t interval = watchdog_interval();

	if (!service->is_ready)
		notify("READY=1");
	service->is_ready = true;
	if (clock_left(service->due) > 0)
		return;
	service->due = interval == INT64_MAX ? INT64_MAX
					     : clock_monotonic() + interval;
	if (!is_reading || lines != service->lines)
		notify("WATCHDOG=1");
	service->lines = lines;
}

int64_t service_due(const struct service *service)
{
	return service->is_ready ? service->due : INT64_MAX;
}
