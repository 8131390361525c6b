/*
 * The other end of a conversation: a child process on a SEQPACKET socketpair
 * that plays a script of PDUs in order.
 */
#ifndef BT_TEST_UNIT_PEER_H
#define BT_TEST_UNIT_PEER_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS_MAX 40

struct step {
	enum { END, SENT_TO_PEER, SENT_BY_PEER, PEER_PAUSES, PEER_CLOSES } kind;
	size_t length; /* of the PDU, or milliseconds of a pause */
	const uint8_t *pdu;
};

#define BYTES(...) \
	sizeof(uint8_t[]){ __VA_ARGS__ }, (uint8_t[]) \
	{ \
		__VA_ARGS__ \
	}
#define TX(...) \
	{ \
		SENT_TO_PEER, BYTES(__VA_ARGS__) \
	} /* what we must send */
#define RX(...) \
	{ \
		SENT_BY_PEER, BYTES(__VA_ARGS__) \
	} /* what we get */
#define CLOSE \
	{ \
		PEER_CLOSES, 0, NULL \
	}
#define PAUSE(ms) \
	{ \
		PEER_PAUSES, ms, NULL \
	}

/* A test that hangs ends here instead. */
#define PEER_SECONDS 20

static inline void peer_play(int fd, const struct step *steps)
{
	uint8_t pdu[1024];
	ssize_t n;

	alarm(PEER_SECONDS);
	for (; steps->kind != END; steps++) {
		if (steps->kind == PEER_CLOSES)
			_exit(0);
		if (steps->kind == PEER_PAUSES) {
			usleep((useconds_t)steps->length * 1000);
			continue;
		}
		if (steps->kind == SENT_BY_PEER) {
			if (send(fd, steps->pdu, steps->length, MSG_NOSIGNAL) <
				0)
				_exit(2);
			continue;
		}
		n = recv(fd, pdu, sizeof pdu, 0);
		if (n != (ssize_t)steps->length ||
			memcmp(pdu, steps->pdu, steps->length) != 0)
			_exit(1);
	}
	/* Nothing more may come but the end. */
	_exit(recv(fd, pdu, sizeof pdu, 0) == 0 ? 0 : 1);
}

/* Starts the peer; *fd is our end, non-blocking. */
static inline pid_t peer_start(int *fd, const struct step *steps)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		close(pair[0]);
		/* Only our end does not block. */
		fcntl(pair[1], F_SETFL, 0);
		peer_play(pair[1], steps);
	}
	close(pair[1]);
	*fd = pair[0];
	return pid;
}

/* The same for one who connects to a socket at that path. */
static inline pid_t peer_listen(const char *path, const struct step *steps)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	pid_t pid;

	unlink(path);
	strcpy(address.sun_path, path);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
		listen(listener, 1) < 0)
		abort();
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		alarm(PEER_SECONDS);
		peer_play(accept(listener, NULL, NULL), steps);
	}
	close(listener);
	return pid;
}

/* After our end was closed: 0 if all went by the script. */
static inline int peer_end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
