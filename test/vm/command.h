/* HCI commands that the kernel gives: 7.1 to 7.8. */
#ifndef BT_TEST_VM_COMMAND_H
#define BT_TEST_VM_COMMAND_H

#include "controller.h"

/* Does what a command packet says, which begins with the opcode, and answers
 * it. Commands that such a controller does not have are refused. */
void command_take(struct controller *c, const uint8_t *packet, size_t length);

/* Return parameters of a command: a status and what follows it. */
struct answer {
	size_t length;
	uint8_t bytes[80];
};

/*
 * One command. p has as many bytes as the table of command.c demands. A
 * command of which only its begin is answered (Command Status) fills in the
 * status alone; what comes of it is told by a function of its own, which is
 * called after that if the status is good.
 */
typedef void command_run(
	struct controller *c, struct answer *answer, const uint8_t *p);
typedef void command_follow(struct controller *c, const uint8_t *p);

/* info.c: what kind of controller this is */
command_run info_version, info_commands, info_features, info_buffers,
	info_le_buffers, info_le_features, info_address, info_eight, info_one,
	info_two;

/* radio.c: scanning and connecting */
command_run radio_reset, radio_set_scan, radio_enable_scan,
	radio_set_extended_scan, radio_enable_extended_scan, radio_connect,
	radio_connect_extended, radio_cancel, radio_has_link;
command_follow radio_cancelled, radio_updated, radio_remote_features,
	radio_remote_version, radio_disconnected;

#endif
