/* Counting requests. */
#include "sim-counters.h"

#include <stdio.h>
#include <string.h>

void counters_add(struct counters *counters, const char *kind, uint16_t address,
	uint16_t count)
{
	char request[sizeof counters->requests[0].request];
	unsigned i = 0;

	snprintf(request, sizeof request, "%s %u+%u", kind, address, count);
	while (i < counters->request_count &&
		strcmp(counters->requests[i].request, request) != 0)
		i++;
	if (i == COUNTERS_MAX)
		return;
	if (i == counters->request_count) {
		memcpy(counters->requests[i].request, request, sizeof request);
		counters->request_count++;
	}
	counters->requests[i].count++;
}

void counters_print(const struct counters *counters)
{
	printf("connects %u\n", counters->connects);
	printf("reads %u\n", counters->reads);
	printf("writes %u\n", counters->writes);
	printf("exceptions %u\n", counters->exceptions);
	printf("bad-frames %u\n", counters->bad_frames);
	printf("mtu-responses %u\n", counters->mtu_responses);
	printf("refusals %u\n", counters->refusals);
	printf("confirmations %u\n", counters->confirmations);
	printf("handshakes %u\n", counters->handshakes);
	printf("handshakes-complete %u\n", counters->handshakes_complete);
	printf("handshakes-refused %u\n", counters->handshakes_refused);
	printf("wrong-signatures %u\n", counters->wrong_signatures);
	printf("changed-keys %u\n", counters->changed_keys);
	printf("plain-requests %u\n", counters->plain_requests);
	for (unsigned i = 0; i < counters->request_count; i++)
		printf("%s %u\n", counters->requests[i].request,
			counters->requests[i].count);
}
