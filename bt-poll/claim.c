/* A claim to a station, as the name of a socket. */
#include "claim.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool claim_station(int *claim, const struct address *address)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	char text[ADDRESS_TEXT];

	*claim = -1;
	if (address->kind != ADDRESS_BLE)
		return true;
	address_format(text, address);
	/* A zero in front makes the name abstract: unix(7). */
	snprintf(name.sun_path + 1, sizeof name.sun_path - 1,
		"bluetti-tools/%.17s", text);
	*claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*claim < 0 ||
		bind(*claim, (struct sockaddr *)&name, sizeof name) == 0 ||
		errno != EADDRINUSE)
		return true;
	close(*claim);
	*claim = -1;
	return false;
}
