/* How long --once and --polls may take. */
#include "bound.h"

/* Time allowed, in ms: for each poll, for each of its blocks (three attempts of
 * 5 s), for each battery pack. */
#define BOUND_POLL 60000
#define BOUND_BLOCK 15000
#define BOUND_PACK 16000

/* The maximum time of a poll of the station and a round of its packs; without
 * the part of the map while that is unknown. */
static int64_t poll_bound(const struct client *client)
{
	int64_t bound = BOUND_POLL;

	if (!client->map)
		return bound +
			(int64_t)client->options->block_count * BOUND_BLOCK;
	for (size_t i = 0; i < client->map->block_count; i++)
		if (!client->map->blocks[i].is_pack)
			bound += BOUND_BLOCK;
	return bound + (int64_t)client->map->packs.max * BOUND_PACK;
}

void bound_set(struct client *client)
{
	const struct options *options = client->options;
	int64_t polls = (int64_t)options->polls;
	int64_t bound =
		polls * poll_bound(client) + (polls - 1) * options->interval;

	if (polls == 0)
		return;
	if (client->heartbeat->begin == 0)
		client->heartbeat->begin = heartbeat_clock();
	if (bound < options->timeout)
		bound = options->timeout;
	client->link.bound =
		(client->heartbeat->begin + 1) * INT64_C(1000) + bound;
}
