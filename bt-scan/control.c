/* Packets of the control channel. */
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/wait-for.h"

#define REPLY 3		 /* command, status */
#define ANSWER_TIME 5000 /* ms */

int control_open(struct control *control)
{
	const struct sockaddr_hci channel = {
		.hci_family = AF_BLUETOOTH,
		.hci_dev = HCI_DEV_NONE,
		.hci_channel = HCI_CHANNEL_CONTROL,
	};
	int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
		BTPROTO_HCI);
	int error;

	if (fd >= 0 &&
		bind(fd, (const struct sockaddr *)&channel, sizeof channel) ==
			0) {
		control->fd = fd;
		return 0;
	}
	error = -errno;
	if (fd >= 0)
		close(fd);
	return error;
}

int control_send(struct control *control, enum control_command command,
	uint16_t index, const uint8_t *body, size_t length)
{
	uint8_t packet[CONTROL_HEADER + CONTROL_BODY_MAX];

	put_le16(packet, (uint16_t)command);
	put_le16(packet + 2, index);
	put_le16(packet + 4, (uint16_t)length);
	if (length > 0)
		memcpy(packet + CONTROL_HEADER, body, length);
	if (send(control->fd, packet, CONTROL_HEADER + length, MSG_NOSIGNAL) <
		0)
		return -errno;
	return 0;
}

int control_receive(struct control *control, struct control_event *event,
	int64_t deadline, int cancel)
{
	uint8_t *packet = control->packet;
	int error = wait_for(control->fd, POLLIN, deadline, cancel);
	ssize_t n;

	if (error < 0)
		return error;
	n = recv(control->fd, packet, CONTROL_PACKET, MSG_TRUNC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ENODEV;
	if (n < CONTROL_HEADER || n > CONTROL_PACKET ||
		get_le16(packet + 4) != n - CONTROL_HEADER)
		return 0;
	event->code = get_le16(packet);
	event->index = get_le16(packet + 2);
	event->body = packet + CONTROL_HEADER;
	event->length = (size_t)n - CONTROL_HEADER;
	return 1;
}

bool control_is_reply(struct control_reply *reply,
	const struct control_event *event, enum control_command command)
{
	if ((event->code != COMMAND_COMPLETE &&
		    event->code != COMMAND_STATUS) ||
		event->length < REPLY || get_le16(event->body) != command)
		return false;
	reply->status = event->body[2];
	reply->body = event->body + REPLY;
	reply->length = event->length - REPLY;
	return true;
}

int control_ask(struct control *control, enum control_command command,
	uint16_t index, struct control_reply *reply, int cancel)
{
	int64_t deadline = clock_monotonic() + ANSWER_TIME;
	struct control_event event = { 0 };
	int n = control_send(control, command, index, NULL, 0);

	while (n >= 0) {
		n = control_receive(control, &event, deadline, cancel);
		if (n > 0 && event.index == index &&
			control_is_reply(reply, &event, command))
			return 0;
	}
	return n;
}
