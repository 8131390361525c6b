/*
 * The commands that Linux gives to an LE controller, as a table. Nothing here
 * has BR/EDR, pairing or advertising of its own.
 */
#include "command.h"

#include "base/bytes.h"
#include "vhci.h"

/* One without a function succeeds and does nothing. Of those with a status only
 * the begin is answered, see command.h. */
static const struct command {
	uint16_t opcode;
	uint8_t least; /* bytes of parameters */
	bool has_status;
	command_run *run;
	command_follow *follow;
} commands[] = {
	{ 0x0406, 3, true, radio_has_link, radio_disconnected },
	{ 0x041d, 2, true, radio_has_link, radio_remote_version },
	{ 0x0c01, 0, false, NULL, NULL }, /* event mask */
	{ 0x0c03, 0, false, radio_reset, NULL },
	{ 0x1001, 0, false, info_version, NULL },
	{ 0x1002, 0, false, info_commands, NULL },
	{ 0x1003, 0, false, info_features, NULL },
	{ 0x1005, 0, false, info_buffers, NULL },
	{ 0x1009, 0, false, info_address, NULL },
	{ 0x2001, 0, false, NULL, NULL }, /* LE event mask */
	{ 0x2002, 0, false, info_le_buffers, NULL },
	{ 0x2003, 0, false, info_le_features, NULL },
	{ 0x2005, 0, false, NULL, NULL }, /* random address */
	{ 0x2006, 0, false, NULL, NULL }, /* advertising: parameters, */
	{ 0x2007, 0, false, info_one, NULL },
	{ 0x2008, 0, false, NULL, NULL }, /* data, */
	{ 0x2009, 0, false, NULL, NULL }, /* response, */
	{ 0x200a, 0, false, NULL, NULL }, /* on and off */
	{ 0x200b, 7, false, radio_set_scan, NULL },
	{ 0x200c, 2, false, radio_enable_scan, NULL },
	{ 0x200d, 25, true, radio_connect, NULL },
	{ 0x200e, 0, false, radio_cancel, radio_cancelled },
	{ 0x200f, 0, false, info_one, NULL },
	{ 0x2010, 0, false, NULL, NULL }, /* filter accept list: clear, */
	{ 0x2011, 0, false, NULL, NULL }, /* add, */
	{ 0x2012, 0, false, NULL, NULL }, /* remove; nobody is left out */
	{ 0x2013, 14, true, radio_has_link, radio_updated },
	{ 0x2016, 2, true, radio_has_link, radio_remote_features },
	{ 0x201c, 0, false, info_eight, NULL },
	{ 0x2039, 0, false, NULL, NULL }, /* extended advertising: off, */
	{ 0x203a, 0, false, info_two, NULL },
	{ 0x203b, 0, false, info_one, NULL },
	{ 0x203d, 0, false, NULL, NULL }, /* no sets of it */
	{ 0x2041, 8, false, radio_set_extended_scan, NULL },
	{ 0x2042, 6, false, radio_enable_extended_scan, NULL },
	{ 0x2043, 26, true, radio_connect_extended, NULL },
};

static const struct command *find(const struct controller *c, uint16_t opcode)
{
	const size_t count = sizeof commands / sizeof commands[0];

	/* Bluetooth 5 brought the last ones of the table. */
	if (opcode >= 0x2039 && !c->is_extended)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (commands[i].opcode == opcode)
			return &commands[i];
	return NULL;
}

void command_take(struct controller *c, const uint8_t *packet, size_t length)
{
	struct answer answer = { .length = 1 };
	const struct command *command;
	const uint8_t *p = packet + 3;
	uint16_t opcode;

	if (length < 3 || length != 3u + packet[2])
		return;
	opcode = get_le16(packet);
	command = find(c, opcode);
	if (!command || packet[2] < command->least) {
		note("unknown command %04x", opcode);
		answer.bytes[0] = HCI_UNKNOWN_COMMAND;
		vhci_complete(c, opcode, answer.bytes, 1);
		return;
	}
	if (command->run)
		command->run(c, &answer, p);
	if (command->has_status)
		vhci_status(c, opcode, answer.bytes[0]);
	else
		vhci_complete(c, opcode, answer.bytes, answer.length);
	if (command->follow && answer.bytes[0] == HCI_OK)
		command->follow(c, p);
}
