/*
 * For tests: a library to preload that stands in for a kernel with Bluetooth
 * adapters. A socket of the management interface leads to a process that
 * follows a script.
 *
 *   HCI_SCRIPT  the script
 *   HCI_LOG     a file to which the commands go that come: list, info INDEX,
 *               start INDEX TYPES, stop INDEX TYPES
 *
 * Lines of the script; numbers are hexadecimal but those of adapters, errors
 * and RSSI:
 *
 *   adapter INDEX SETTINGS     there is an adapter: 0201 is on and does LE
 *   socket ERRNO               socket(2) fails; so do:
 *   control ERRNO              bind(2) to the management interface
 *   rfkill soft | hard         Bluetooth is blocked
 *   start STATUS               wait for the next start, and answer so
 *   found ADDRESS public|random RSSI DATA
 *   event CODE BODY            an event of adapter 0
 *   garbage BYTES              a packet as it is
 *
 * The last four are done one after another. Then every start succeeds. Direct
 * system calls, so that nothing is called in a circle.
 */
/* With GNU's declarations of bind none of ours would fit. */
#undef _GNU_SOURCE
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#define _DEFAULT_SOURCE

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rfkill.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bytes.h"

#define READ_INDEX_LIST 0x0003
#define READ_INFO 0x0004
#define START 0x0023
#define STOP 0x0024
#define COMPLETE 0x0001
#define FOUND 0x0012
#define DISCOVERING 0x0013
#define NO_INDEX 0xffff
#define INFO 280
#define PACKET 1024

struct controller {
	int fd;
};

/* --- the script ---------------------------------------------------------- */

static FILE *open_script(void)
{
	const char *path = getenv("HCI_SCRIPT");

	return path ? fopen(path, "r") : NULL;
}

/* What stands behind the keyword in the first such line; -1 if there is
 * none. */
static int script_number(const char *keyword)
{
	FILE *script = open_script();
	char line[2048], word[32];
	int number, found = -1;

	while (script && found < 0 && fgets(line, sizeof line, script))
		if (sscanf(line, "%31s %d", word, &number) == 2 &&
			strcmp(word, keyword) == 0)
			found = number;
	if (script)
		fclose(script);
	return found;
}

static size_t parse_hex(uint8_t *bytes, const char *text)
{
	unsigned byte;
	size_t n = 0;

	while (n < PACKET / 2 && sscanf(text + 2 * n, "%2x", &byte) == 1)
		bytes[n++] = (uint8_t)byte;
	return n;
}

/* --- packets ------------------------------------------------------------- */

static void put_log(const char *text)
{
	const char *path = getenv("HCI_LOG");
	FILE *log = path ? fopen(path, "a") : NULL;

	if (!log)
		return;
	fprintf(log, "%s\n", text);
	fclose(log);
}

static void send_event(const struct controller *c, uint16_t code,
	uint16_t index, const uint8_t *body, size_t length)
{
	uint8_t packet[PACKET];

	put_le16(packet, code);
	put_le16(packet + 2, index);
	put_le16(packet + 4, (uint16_t)length);
	memcpy(packet + 6, body, length);
	syscall(SYS_write, c->fd, packet, 6 + length);
}

static void send_reply(const struct controller *c, uint16_t command,
	uint16_t index, unsigned status, const uint8_t *body, size_t length)
{
	uint8_t packet[PACKET];

	put_le16(packet, command);
	packet[2] = (uint8_t)status;
	if (length > 0)
		memcpy(packet + 3, body, length);
	send_event(c, COMPLETE, index, packet, 3 + length);
}

/* --- commands ------------------------------------------------------------ */

static void list_adapters(const struct controller *c)
{
	uint8_t body[PACKET / 2];
	unsigned index, settings, count = 0;
	char line[2048];
	FILE *script = open_script();

	while (script && fgets(line, sizeof line, script))
		if (sscanf(line, "adapter %u %x", &index, &settings) == 2)
			put_le16(body + 2 + 2 * count++, (uint16_t)index);
	if (script)
		fclose(script);
	put_le16(body, (uint16_t)count);
	send_reply(c, READ_INDEX_LIST, NO_INDEX, 0, body, 2 + 2 * count);
}

static void tell_adapter(const struct controller *c, uint16_t wanted)
{
	uint8_t body[INFO] = { 0 };
	unsigned index, settings, status = 0x11;
	char line[2048];
	FILE *script = open_script();

	while (script && fgets(line, sizeof line, script))
		if (sscanf(line, "adapter %u %x", &index, &settings) == 2 &&
			index == wanted) {
			put_le16(body + 13, (uint16_t)settings);
			status = 0;
		}
	if (script)
		fclose(script);
	send_reply(c, READ_INFO, wanted, status, body, sizeof body);
}

static void tell_discovering(
	const struct controller *c, uint16_t index, bool is_on)
{
	const uint8_t body[] = { 6, is_on };

	send_event(c, DISCOVERING, index, body, sizeof body);
}

static void answer_start(
	const struct controller *c, uint16_t index, unsigned status)
{
	const uint8_t types[] = { 6 };

	send_reply(c, START, index, status, types, sizeof types);
	if (status == 0)
		tell_discovering(c, index, true);
}

/* Takes a command of the management interface; whether it was a start. */
static bool take_command(
	const struct controller *c, const uint8_t *packet, size_t n)
{
	uint16_t index = get_le16(packet + 2);
	char text[64];

	switch (get_le16(packet)) {
	case READ_INDEX_LIST:
		put_log("list");
		list_adapters(c);
		return false;
	case READ_INFO:
		snprintf(text, sizeof text, "info %u", index);
		put_log(text);
		tell_adapter(c, index);
		return false;
	case START:
	case STOP:
		snprintf(text, sizeof text, "%s %u %02x",
			get_le16(packet) == START ? "start" : "stop", index,
			n > 6 ? packet[6] : 0);
		put_log(text);
		if (get_le16(packet) == START)
			return true;
		send_reply(c, STOP, index, 0, packet + 6, 1);
		tell_discovering(c, index, false);
	}
	return false;
}

/* Takes commands until a start comes, whose adapter it returns. Nobody being
 * left at the other end is the end. */
static uint16_t wait_for_start(const struct controller *c)
{
	uint8_t packet[PACKET];
	ssize_t n;

	while ((n = read(c->fd, packet, sizeof packet)) >= 4)
		if (take_command(c, packet, (size_t)n))
			return get_le16(packet + 2);
	_exit(0);
}

/* --- playing the script -------------------------------------------------- */

static void tell_found(const struct controller *c, const char *address,
	bool is_random, int rssi, const char *data)
{
	uint8_t body[PACKET] = { 0 }, octets[6];
	uint8_t *p = body;
	size_t n;

	for (int i = 0; i < 6; i++)
		octets[i] = (uint8_t)strtoul(address + 3 * (5 - i), NULL, 16);
	memcpy(p, octets, 6);
	p[6] = is_random ? 2 : 1;
	p[7] = (uint8_t)rssi;
	n = parse_hex(p + 14, data);
	put_le16(p + 12, (uint16_t)n);
	send_event(c, FOUND, 0, body, 14 + n);
}

static void play_line(const struct controller *c, const char *line)
{
	char address[32], type[16], data[1024] = "";
	uint8_t bytes[PACKET];
	unsigned number;
	int rssi;

	if (sscanf(line, "start %x", &number) == 1)
		answer_start(c, wait_for_start(c), number);
	else if (sscanf(line, "found %31s %15s %d %1023s", address, type, &rssi,
			 data) >= 3)
		tell_found(c, address, strcmp(type, "random") == 0, rssi, data);
	else if (sscanf(line, "event %x %1023s", &number, data) >= 1)
		send_event(
			c, (uint16_t)number, 0, bytes, parse_hex(bytes, data));
	else if (sscanf(line, "garbage %1023s", data) == 1)
		syscall(SYS_write, c->fd, bytes, parse_hex(bytes, data));
}

static _Noreturn void play(const struct controller *c)
{
	FILE *script = open_script();
	char line[2048];

	while (script && fgets(line, sizeof line, script))
		play_line(c, line);
	for (;;)
		answer_start(c, wait_for_start(c), 0);
}

/* --- in the place of the system ------------------------------------------- */

/* The controller's end of the sockets that are not bound yet. */
static int far_ends[64];

int socket(int domain, int type, int protocol)
{
	int ends[2];

	if (domain != AF_BLUETOOTH || protocol != BTPROTO_HCI)
		return (int)syscall(SYS_socket, domain, type, protocol);
	errno = script_number("socket");
	if (errno > 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | (type & ~0xf), 0, ends) < 0)
		return -1;
	/* The controller waits for what comes. */
	fcntl(ends[1], F_SETFL, 0);
	far_ends[ends[0] % 64] = ends[1];
	return ends[0];
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	const struct sockaddr_hci *hci = (const void *)address;
	struct controller c = { .fd = far_ends[fd % 64] };

	if (address->sa_family != AF_BLUETOOTH || length != sizeof *hci)
		return (int)syscall(SYS_bind, fd, address, length);
	errno = script_number("control");
	if (errno > 0)
		return -1;
	if (fork() == 0) {
		close(STDOUT_FILENO);
		close(fd);
		play(&c);
	}
	close(c.fd);
	return 0;
}

/* A file with the event that tells of the switch. */
static int open_rfkill(void)
{
	struct rfkill_event event = { .type = RFKILL_TYPE_BLUETOOTH };
	char line[64];
	FILE *script = open_script();
	int fd = (int)syscall(SYS_memfd_create, "rfkill", 0);

	while (script && fgets(line, sizeof line, script)) {
		event.soft |= strcmp(line, "rfkill soft\n") == 0;
		event.hard |= strcmp(line, "rfkill hard\n") == 0;
	}
	if (script)
		fclose(script);
	syscall(SYS_write, fd, &event, sizeof event);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What open(2) is called with offsets of 64 bits. */
int open64(const char *path, int flags, ...);
int open64(const char *path, int flags, ...)
{
	if (strcmp(path, "/dev/rfkill") == 0)
		return open_rfkill();
	/* Nobody here creates files in this way. */
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);
}

int open(const char *path, int flags, ...) __attribute__((alias("open64")));
