/* Packets from process to process. */
#include "report.h"

#include <errno.h>
#include <sys/socket.h>

/* A failure ends the socket for both sides. */
static int send_packet(int socket, const void *packet, size_t size)
{
	ssize_t n;

	do
		n = send(socket, packet, size, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 0;
	shutdown(socket, SHUT_RDWR);
	return -EPIPE;
}

/* 1, 0 at the end, or a negative errno. */
static int receive_packet(int socket, void *packet, size_t size, int flags)
{
	ssize_t n;

	do
		n = recv(socket, packet, size, flags);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n == (ssize_t)size;
}

int report_send(int socket, const struct report *report)
{
	return send_packet(socket, report, sizeof *report);
}

int report_receive(int socket, struct report *report)
{
	int n = receive_packet(socket, report, sizeof *report, MSG_DONTWAIT);

	if (n == -EAGAIN)
		return 0;
	return n > 0 ? n : -EPIPE;
}

int report_answer(int socket, const struct offer *offer)
{
	return send_packet(socket, offer, sizeof *offer);
}

int report_wait(int socket, struct offer *offer)
{
	return receive_packet(socket, offer, sizeof *offer, 0);
}
