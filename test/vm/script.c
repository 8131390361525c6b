/* Lines of the tester. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "air-link.h"
#include "air.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/message.h"
#include "ble/address.h"
#include "vhci.h"

#define WORDS_MAX 7

static int complain(const char *what)
{
	message("%s", what);
	return -1;
}

static int read_address(uint8_t address[6], const char *text)
{
	struct address parsed;

	if (address_parse(&parsed, text) < 0 || parsed.kind != ADDRESS_BLE)
		return complain("not an address");
	for (int i = 0; i < 6; i++)
		address[i] = parsed.octets[5 - i];
	return 0;
}

/* "-" is nothing. Returns the length or -1. */
static int read_data(uint8_t *data, size_t size, const char *text)
{
	int n = strcmp(text, "-") == 0
		? 0
		: hex_decode(data, size, text, strlen(text));

	return n < 0 ? complain("not such data") : n;
}

static struct device *find(struct controller *c, const char *text)
{
	uint8_t address[6];
	struct device *device;

	if (read_address(address, text) < 0)
		return NULL;
	device = air_find(c, address, 0);
	if (!device)
		device = air_find(c, address, 1);
	if (!device)
		complain("no such device");
	return device;
}

/* --- lines --------------------------------------------------------------- */

static int add_device(struct controller *c, char *const *word, size_t count)
{
	struct device new = { .link.fd = -1, .in_reach = true };
	int data, response;

	if (count < 6 || c->count == DEVICES_MAX)
		return complain("too few words, or too many devices");
	if (read_address(new.address, word[1]) < 0)
		return -1;
	new.type = strcmp(word[2], "random") == 0;
	new.rssi = (int8_t)atoi(word[3]);
	data = read_data(new.data, sizeof new.data, word[4]);
	response = read_data(new.response, sizeof new.response, word[5]);
	if (data < 0 || response < 0)
		return -1;
	new.length = (size_t)data;
	new.response_length = (size_t)response;
	if (count > 6)
		snprintf(new.socket, sizeof new.socket, "%s", word[6]);
	c->devices[c->count++] = new;
	return 0;
}

static int set_reach(struct controller *c, const char *address, bool in_reach)
{
	struct device *device = find(c, address);

	if (!device)
		return -1;
	device->in_reach = in_reach;
	device->left = clock_monotonic();
	if (in_reach)
		link_resume(c, device);
	return 0;
}

static int end_link(struct controller *c, const char *address)
{
	struct device *device = find(c, address);

	if (!device)
		return -1;
	link_end(c, device, HCI_REMOTE_ENDED);
	return 0;
}

static int fail(struct controller *c, const char *address, const char *reason)
{
	struct device *device = find(c, address);

	if (!device)
		return -1;
	device->failure = (uint8_t)strtoul(reason, NULL, 16);
	return 0;
}

static int clear(struct controller *c)
{
	for (size_t i = 0; i < c->count; i++)
		link_end(c, &c->devices[i], HCI_REMOTE_ENDED);
	c->count = 0;
	note("clear");
	return 0;
}

static size_t split(char *line, char *word[WORDS_MAX])
{
	char *rest = NULL;
	size_t count = 0;

	for (char *w = strtok_r(line, " \n", &rest); w && count < WORDS_MAX;
		w = strtok_r(NULL, " \n", &rest))
		word[count++] = w;
	return count;
}

int script_line(struct controller *c, char *line)
{
	char *word[WORDS_MAX];
	size_t count = split(line, word);

	if (count >= 2 && strcmp(word[0], "device") == 0)
		return add_device(c, word, count);
	if (count == 2 && strcmp(word[0], "on") == 0)
		return set_reach(c, word[1], true);
	if (count == 2 && strcmp(word[0], "off") == 0)
		return set_reach(c, word[1], false);
	if (count == 2 && strcmp(word[0], "end") == 0)
		return end_link(c, word[1]);
	if (count == 3 && strcmp(word[0], "fail") == 0)
		return fail(c, word[1], word[2]);
	if (count == 1 && strcmp(word[0], "clear") == 0)
		return clear(c);
	return complain("no such line");
}
