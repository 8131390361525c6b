/* Which faults strike, and how often they did. */
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/message.h"
#include "fault-rule.h"

struct faults {
	struct rule *rules;
	size_t count;
	bool by_chance;
	bool encrypts;
	bool tell;
	uint64_t seed;
	unsigned per_mille;
	/* By scope; since the start, but for PDUs: of this connection. */
	unsigned events[FAULT_SCOPES];
	unsigned played[FAULT_KINDS];
};

const struct fault_entry fault_table[FAULT_KINDS] = {
#define FAULT_ENTRY(kind, word, argument, scopes, help) \
	[kind] = { word, ARGUMENT_##argument, scopes, help },
	FAULTS(FAULT_ENTRY)
#undef FAULT_ENTRY
};

struct faults *faults_new(void)
{
	return calloc(1, sizeof(struct faults));
}

void faults_free(struct faults *faults)
{
	if (!faults)
		return;
	free(faults->rules);
	free(faults);
}

const char *faults_add(struct faults *faults, char *line)
{
	struct rule rule = { 0 };
	struct rule *rules;
	bool empty;
	const char *problem = rule_read(&rule, &empty, line);

	if (problem || empty)
		return problem;
	rules = realloc(
		faults->rules, (faults->count + 1) * sizeof *faults->rules);
	if (!rules)
		return "out of memory";
	faults->rules = rules;
	faults->rules[faults->count++] = rule;
	return NULL;
}

int faults_read(struct faults *faults, const char *path, unsigned *line,
	const char **reason)
{
	const char *problem = NULL;
	unsigned number = 0;
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	while (!problem && getline(&text, &size, file) >= 0) {
		number++;
		problem = faults_add(faults, text);
	}
	free(text);
	fclose(file);
	if (!problem)
		return 0;
	*line = number;
	*reason = problem;
	return 1;
}

void faults_random(struct faults *faults, uint64_t seed, unsigned per_mille)
{
	faults->by_chance = true;
	faults->seed = seed;
	faults->per_mille = per_mille;
}

void faults_encrypt(struct faults *faults)
{
	faults->encrypts = true;
}

void faults_tell(struct faults *faults)
{
	faults->tell = true;
}

const struct fault *played_find(
	const struct played *played, enum fault_kind kind)
{
	for (size_t i = 0; i < played->count; i++)
		if (played->faults[i].kind == kind)
			return &played->faults[i];
	return NULL;
}

static bool rule_fits(const struct rule *rule, unsigned ordinal,
	const struct modbus_request *request)
{
	switch (rule->when) {
	case ORDINALS:
		return ordinal >= rule->first && ordinal <= rule->last;
	case EVERY:
		return ordinal % rule->first == 0;
	case READS:
		return request && request->function == MODBUS_READ &&
			request->address == rule->address &&
			(rule->count == 0 || request->count == rule->count);
	case WRITES:
		return request && request->function != MODBUS_READ &&
			request->address == rule->address;
	}
	return false;
}

static void play_rules(struct faults *faults, enum fault_scope scope,
	unsigned ordinal, const struct modbus_request *request,
	struct played *played)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct rule *rule = &faults->rules[i];

		if (rule->scope != scope || rule->spent ||
			played->count == PLAYED_MAX ||
			!rule_fits(rule, ordinal, request))
			continue;
		rule->spent = rule->once;
		played->faults[played->count++] = rule->fault;
	}
}

static void print_fault(char *text, size_t size, const struct fault *fault)
{
	const struct fault_entry *entry = &fault_table[fault->kind];
	char hex[2 * sizeof fault->bytes + 1];

	hex[hex_encode(hex, fault->bytes, fault->length)] = '\0';
	if (entry->argument == ARGUMENT_NONE)
		snprintf(text, size, "%s", entry->word);
	else if (entry->argument == ARGUMENT_HEX)
		snprintf(text, size, "%s %s", entry->word, hex);
	else if (fault->length > 0)
		snprintf(text, size, "%s %u: %s", entry->word, fault->number,
			hex);
	else
		snprintf(text, size, "%s %u", entry->word, fault->number);
}

/* The count of the events of a scope. */
static unsigned *events(struct faults *faults, enum fault_scope scope)
{
	unsigned *count = faults->events;

	for (unsigned rest = scope; rest > 1; rest >>= 1)
		count++;
	return count;
}

/* What was struck, as a script would name it. */
static void print_event(char *text, size_t size, struct faults *faults,
	enum fault_scope scope, const struct modbus_request *request)
{
	static const char *const words[] = {
		[AT_REQUEST] = "request",
		[AT_CONNECTION] = "connect",
		[AT_PDU] = "pdu",
		[AT_CHALLENGE] = "challenge",
		[AT_RESULT] = "result",
		[AT_KEY] = "key",
		[AT_KEY_RESULT] = "key-result",
		[AT_PLAIN] = "plain",
	};
	unsigned ordinal = *events(faults, scope);

	if (scope == AT_PDU)
		snprintf(text, size, "connect %u pdu %u",
			*events(faults, AT_CONNECTION), ordinal);
	else if (!request)
		snprintf(text, size, "%s %u", words[scope], ordinal);
	else
		snprintf(text, size, "%s %u, %s %u+%u", words[scope], ordinal,
			request->function == MODBUS_READ ? "read" : "write",
			request->address, request->count);
}

static void tell(struct faults *faults, enum fault_scope scope,
	const struct modbus_request *request, const struct played *played)
{
	char event[64], text[2 * MODBUS_FRAME_MAX + 40];

	print_event(event, sizeof event, faults, scope, request);
	for (size_t i = 0; i < played->count; i++) {
		print_fault(text, sizeof text, &played->faults[i]);
		message("%s: %s", event, text);
	}
}

static unsigned count_event(struct faults *faults, enum fault_scope scope)
{
	if (scope == AT_CONNECTION)
		*events(faults, AT_PDU) = 0;
	return ++*events(faults, scope);
}

void faults_play(struct faults *faults, enum fault_scope scope,
	const struct modbus_request *request, struct played *played)
{
	unsigned ordinal = count_event(faults, scope);
	struct chance chance = chance_at(faults->seed, scope, ordinal,
		scope == AT_PDU ? *events(faults, AT_CONNECTION) : 0);

	played->count = 0;
	play_rules(faults, scope, ordinal, request, played);
	if (faults->by_chance)
		played->count += chance_draw(&chance, scope, faults->encrypts,
			faults->per_mille, played->faults + played->count,
			PLAYED_MAX - played->count);
	for (size_t i = 0; i < played->count; i++) {
		struct fault *fault = &played->faults[i];

		faults->played[fault->kind]++;
		if (fault->kind != FAULT_GARBAGE)
			continue;
		fault->length = fault->number;
		for (size_t j = 0; j < fault->length; j++)
			fault->bytes[j] =
				(uint8_t)chance_number(&chance, 0, UINT8_MAX);
	}
	if (faults->tell)
		tell(faults, scope, request, played);
}

void faults_print(const struct faults *faults)
{
	for (int i = 0; i < FAULT_KINDS; i++)
		if (faults->played[i] > 0)
			printf("fault %s %u\n", fault_table[i].word,
				faults->played[i]);
}

void faults_help(void)
{
	static const char *const arguments[] = {
		[ARGUMENT_NONE] = "",
		[ARGUMENT_MS] = " MS",
		[ARGUMENT_BYTES] = " N",
		[ARGUMENT_CODE] = " CODE",
		[ARGUMENT_MTU] = " N",
		[ARGUMENT_HEX] = " HEX",
		[ARGUMENT_LENGTH] = " N",
	};
	/* By the bits of scopes; messages by their types. */
	static const char letters[] = "rcp1346u";

	rule_help();
	for (int i = 0; i < FAULT_KINDS; i++) {
		const struct fault_entry *entry = &fault_table[i];

		fputs("  ", stdout);
		for (int bit = 0; bit < FAULT_SCOPES; bit++)
			putchar(entry->scopes >> bit & 1 ? letters[bit] : '-');
		printf("  %s%-*s %s\n", entry->word,
			(int)(18 - strlen(entry->word)),
			arguments[entry->argument], entry->help);
	}
}
