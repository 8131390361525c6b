/*
 * Raw HCI: Core Specification, volume 4, part E, 7.8.10 and 7.8.11 (the two
 * commands), 7.7.65.2 (reports). Addresses have their last octet first.
 */
#include "hci.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>

#include "base/bytes.h"
#include "base/errors.h"
#include "base/wait-for.h"

#define SET_PARAMETERS cmd_opcode_pack(OGF_LE_CTL, OCF_LE_SET_SCAN_PARAMETERS)
#define SET_ENABLE cmd_opcode_pack(OGF_LE_CTL, OCF_LE_SET_SCAN_ENABLE)

/* In 0.625 ms: what the kernel uses when it looks for devices. */
#define INTERVAL 0x0012
#define WINDOW 0x0012

#define SCAN_ACTIVE 1
#define HEADER 3	 /* packet type, event, length of the rest */
#define COMPLETE 4	 /* packets, command (2), status */
#define COMMAND_STATUS 4 /* status, packets, command (2) */
#define META 2		 /* subevent, number of reports */
#define REPORT 9	 /* event and address type, address, length */
#define DISALLOWED 0x0c

struct hci {
	int fd;
	int keeper; /* end of a pipe: the process at its other end stops */
	pid_t keeper_pid;
	bool has_begun;
	int status;
	uint8_t packet[HEADER + 255];
	/* Reports of the packet that are yet to be told. */
	size_t at, end;
};

static int send_command(
	int fd, uint16_t command, const uint8_t *body, uint8_t length)
{
	uint8_t packet[HCI_COMMAND_HDR_SIZE + 1 + 8] = { HCI_COMMAND_PKT };

	put_le16(packet + 1, command);
	packet[3] = length;
	memcpy(packet + 4, body, length);
	if (send(fd, packet, 4u + length, MSG_NOSIGNAL) < 0)
		return -errno;
	return 0;
}

static int send_enable(int fd, bool enable)
{
	/* Without the controller's filter of repetitions. */
	const uint8_t body[] = { enable, 0 };

	return send_command(fd, SET_ENABLE, body, sizeof body);
}

static int begin_scan(int fd)
{
	uint8_t body[] = { SCAN_ACTIVE, 0, 0, 0, 0, LE_PUBLIC_ADDRESS, 0 };
	int error;

	put_le16(body + 1, INTERVAL);
	put_le16(body + 3, WINDOW);
	error = send_command(fd, SET_PARAMETERS, body, sizeof body);
	return error < 0 ? error : send_enable(fd, true);
}

static int open_socket(int adapter)
{
	const struct sockaddr_hci raw = {
		.hci_family = AF_BLUETOOTH,
		.hci_dev = (unsigned short)adapter,
		.hci_channel = HCI_CHANNEL_RAW,
	};
	struct hci_filter filter;
	int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
		BTPROTO_HCI);
	int error;

	hci_filter_clear(&filter);
	hci_filter_set_ptype(HCI_EVENT_PKT, &filter);
	hci_filter_set_event(EVT_LE_META_EVENT, &filter);
	hci_filter_set_event(EVT_CMD_COMPLETE, &filter);
	hci_filter_set_event(EVT_CMD_STATUS, &filter);
	if (fd >= 0 &&
		bind(fd, (const struct sockaddr *)&raw, sizeof raw) == 0 &&
		setsockopt(fd, SOL_HCI, HCI_FILTER, &filter, sizeof filter) ==
			0)
		return fd;
	error = -errno;
	if (fd >= 0)
		close(fd);
	return error;
}

/* --- the process that ends the scan -------------------------------------- */

/* Waits until the pipe is closed, by whatever end of the other process. What
 * came through it before tells that the scan is ours. */
static _Noreturn void keep(int fd, int pipe_end)
{
	char byte;
	bool is_ours = false;

	while (read(pipe_end, &byte, 1) == 1)
		is_ours = true;
	if (is_ours)
		send_enable(fd, false);
	_exit(0);
}

static int start_keeper(struct hci *h)
{
	int ends[2], error = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	h->keeper = ends[1];
	h->keeper_pid = fork();
	if (h->keeper_pid < 0)
		error = -errno;
	if (h->keeper_pid == 0) {
		close(ends[1]);
		close(STDOUT_FILENO);
		keep(h->fd, ends[0]);
	}
	close(ends[0]);
	return error;
}

int hci_open(struct hci **result, int adapter)
{
	struct hci *h = calloc(1, sizeof *h);
	int error;

	if (!h)
		return -ENOMEM;
	h->keeper = -1;
	h->fd = open_socket(adapter);
	error = h->fd < 0 ? h->fd : start_keeper(h);
	if (error == 0)
		error = begin_scan(h->fd);
	if (error < 0)
		hci_close(h);
	else
		*result = h;
	return error;
}

/* --- events -------------------------------------------------------------- */

/* Of the two commands. A scan that is going on already is shared. */
static int take_status(struct hci *h, uint16_t command, uint8_t status)
{
	if (command != SET_PARAMETERS && command != SET_ENABLE)
		return 0;
	if (status != 0)
		h->status = status;
	if (status != 0 && status != DISALLOWED)
		return -EIO;
	if (status != 0 || command != SET_ENABLE || h->status != 0)
		return 0;
	h->has_begun = true;
	return write(h->keeper, "", 1) == 1 ? 0 : -errno;
}

/* The next report of the packet. */
static int take_report(struct hci *h, struct report *report)
{
	const uint8_t *p = h->packet + h->at;
	size_t left = h->end - h->at;

	/* The RSSI is behind the data. */
	if (left < REPORT || left < REPORT + p[8] + 1u) {
		h->at = h->end;
		return 0;
	}
	h->at += REPORT + p[8] + 1u;
	report->address = (struct address){
		.kind = ADDRESS_BLE,
		.type = p[1] & 1 ? ADDRESS_RANDOM : ADDRESS_PUBLIC,
	};
	for (int i = 0; i < 6; i++)
		report->address.octets[i] = p[7 - i];
	report->data = p + REPORT;
	report->length = p[8];
	report->rssi = (int8_t)p[REPORT + p[8]];
	return 1;
}

static int take_event(struct hci *h, struct report *report, size_t length)
{
	const uint8_t *body = h->packet + HEADER;

	switch (h->packet[1]) {
	case EVT_CMD_COMPLETE:
		return length < COMPLETE
			? 0
			: take_status(h, get_le16(body + 1), body[3]);
	case EVT_CMD_STATUS:
		return length < COMMAND_STATUS
			? 0
			: take_status(h, get_le16(body + 2), body[0]);
	case EVT_LE_META_EVENT:
		if (length < META || body[0] != EVT_LE_ADVERTISING_REPORT)
			return 0;
		h->at = HEADER + META;
		h->end = HEADER + length;
		return take_report(h, report);
	}
	return 0;
}

int hci_next(struct hci *h, struct report *report, int64_t deadline, int cancel)
{
	ssize_t n;
	int error;

	if (h->at < h->end)
		return take_report(h, report);
	error = wait_for(h->fd, POLLIN, deadline, cancel);
	if (error < 0)
		return error;
	n = recv(h->fd, h->packet, sizeof h->packet, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* EPIPE: its adapter was pulled. */
	if (n == 0 || (n < 0 && errno == EPIPE))
		return -ENODEV;
	if (n < 0)
		return -errno;
	if (n < HEADER || h->packet[0] != HCI_EVENT_PKT ||
		h->packet[2] != n - HEADER)
		return 0;
	return take_event(h, report, (size_t)n - HEADER);
}

bool hci_has_begun(const struct hci *h)
{
	return h->has_begun;
}

bool hci_is_shared(const struct hci *h)
{
	return h->status == DISALLOWED;
}

int hci_status(const struct hci *h)
{
	return h->status;
}

void hci_close(struct hci *h)
{
	if (!h)
		return;
	if (h->keeper >= 0)
		close(h->keeper);
	if (h->keeper_pid > 0)
		waitpid(h->keeper_pid, NULL, 0);
	if (h->fd >= 0)
		close(h->fd);
	free(h);
}
