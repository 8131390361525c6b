/*
 * The control channel of the kernel's Bluetooth: commands, their replies and
 * events. Names, numbers and layouts are those of the Bluetooth Management API
 * document, doc/mgmt-api.txt in BlueZ. Integers are little-endian, addresses
 * have their last octet first.
 */
#ifndef BT_SCAN_CONTROL_H
#define BT_SCAN_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_HEADER 6 /* event or command, index, length of the rest */
#define CONTROL_PACKET 4096
#define CONTROL_BODY_MAX 8	/* of a command */
#define CONTROL_NO_INDEX 0xffff /* neither command nor event of an adapter */

enum control_command {
	READ_INDEX_LIST = 0x0003,
	READ_INFO = 0x0004,
	START_DISCOVERY = 0x0023,
	STOP_DISCOVERY = 0x0024,
};

enum control_code {
	COMMAND_COMPLETE = 0x0001,
	COMMAND_STATUS = 0x0002,
	INDEX_REMOVED = 0x0005,
	NEW_SETTINGS = 0x0006,
	DEVICE_FOUND = 0x0012,
	DISCOVERING = 0x0013,
};

enum control_status {
	SUCCESS = 0x00,
	UNKNOWN_COMMAND = 0x01,
	BUSY = 0x0a,
	NOT_SUPPORTED = 0x0c,
	NOT_POWERED = 0x0f,
	INVALID_INDEX = 0x11,
	BLOCKED = 0x12,
	DENIED = 0x14,
};

struct control {
	int fd;
	uint8_t packet[CONTROL_PACKET];
};

/* An event. Its body lies in the packet of struct control, until the next. */
struct control_event {
	uint16_t code, index;
	const uint8_t *body;
	size_t length;
};

/* The reply to a command, after the command itself. */
struct control_reply {
	uint8_t status;
	const uint8_t *body;
	size_t length;
};

/* Opens and binds the socket. With CAP_NET_ADMIN in effect the kernel takes
 * every command from it for ever. Returns 0 or a negative errno. */
int control_open(struct control *control);

/* Sends a command with a body of at most CONTROL_BODY_MAX bytes. Returns 0 or
 * a negative errno. */
int control_send(struct control *control, enum control_command command,
	uint16_t index, const uint8_t *body, size_t length);

/* Returns 1 and an event, 0 for another packet; -ENODEV if the other end is
 * gone; or as wait_for(). */
int control_receive(struct control *control, struct control_event *event,
	int64_t deadline, int cancel);

/* Whether the event is the reply to that command. */
bool control_is_reply(struct control_reply *reply,
	const struct control_event *event, enum control_command command);

/* Sends a command without a body and waits up to 5 s for its reply, past all
 * else. Returns 0 or as control_receive(). */
int control_ask(struct control *control, enum control_command command,
	uint16_t index, struct control_reply *reply, int cancel);

#endif
