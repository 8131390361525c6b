/* Identities and devices: see history.h. */
#include "history.h"

#include <errno.h>
#include <stdlib.h>

#include "hash.h"

void history_parse(struct history_identity *identity, struct text text)
{
	struct text *parts[] = { &identity->address, &identity->serial_number };

	for (size_t i = 0; i < 2; i++) {
		const char *end = memchr(text.bytes, ' ', text.length);
		size_t length = end ? (size_t)(end - text.bytes) : text.length;

		*parts[i] = (struct text){ text.bytes, length };
		if (length == 1 && *text.bytes == '-')
			parts[i]->bytes = NULL;
		length += end != NULL;
		text.bytes += length;
		text.length -= length;
	}
	identity->name = text;
	if (text.length == 0)
		identity->name.bytes = NULL;
}

/* Both are there and the same, or both are absent. */
static bool is_same(struct text a, struct text b)
{
	if (!a.bytes || !b.bytes)
		return a.bytes == b.bytes;
	return text_is_same(a, b);
}

bool history_is_near(
	const struct history_identity *a, const struct history_identity *b)
{
	return is_same(a->address, b->address) &&
		(a->address.bytes || is_same(a->name, b->name));
}

bool history_is_same(
	const struct history_identity *a, const struct history_identity *b)
{
	return history_is_near(a, b) &&
		is_same(a->serial_number, b->serial_number);
}

/* --- the rules, in order -------------------------------------------------- */

/* Whether other is a candidate for an identity of the class. */
typedef bool candidate(const struct history_identity *identity,
	const struct history_identity *other);

static bool has_address(const struct history_identity *identity,
	const struct history_identity *other)
{
	return identity->address.bytes && other->serial_number.bytes &&
		is_same(identity->address, other->address);
}

static bool has_name(const struct history_identity *identity,
	const struct history_identity *other)
{
	if (identity->address.bytes || !is_same(identity->name, other->name))
		return false;
	if (!identity->serial_number.bytes)
		return other->address.bytes || other->serial_number.bytes;
	return other->address.bytes &&
		(!other->device_serial.bytes ||
			is_same(identity->serial_number, other->device_serial));
}

static bool has_name_without_address(const struct history_identity *identity,
	const struct history_identity *other)
{
	return has_name(identity, other) && !other->address.bytes;
}

/* One of the candidates if all are of one device, else NULL. */
static const struct history_identity *find_only(
	const struct history_identity *identities, size_t count,
	const struct history_identity *identity, candidate *is_candidate)
{
	const struct history_identity *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (&identities[i] == identity ||
			!is_candidate(identity, &identities[i]))
			continue;
		if (found && found->part_of != identities[i].part_of)
			return NULL;
		found = &identities[i];
	}
	return found;
}

static void join_twins(struct history_identity *identities, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		identities[i].part_of = identities[i].id;
		identities[i].device_serial = identities[i].serial_number;
		for (size_t k = 0; k < count; k++) {
			if (identities[k].id < identities[i].part_of &&
				history_is_same(&identities[i], &identities[k]))
				identities[i].part_of = identities[k].id;
		}
	}
}

/* Identities that the rule is for, and which the rules after it see joined. */
static void join(struct history_identity *identities, size_t count,
	bool with_address, bool with_serial_number, candidate *is_candidate)
{
	for (size_t i = 0; i < count; i++) {
		struct history_identity *identity = &identities[i];
		const struct history_identity *found;

		if ((identity->address.bytes != NULL) != with_address ||
			(identity->serial_number.bytes != NULL) !=
				with_serial_number)
			continue;
		found = find_only(identities, count, identity, is_candidate);
		if (!found)
			continue;
		identity->part_of = found->part_of;
		identity->device_serial = found->device_serial;
	}
}

/* The device so far is any member: now the one with the smallest id. */
static void number_devices(struct history_identity *identities, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t device = identities[i].part_of, least = device;

		for (size_t k = 0; k < count; k++) {
			if (identities[k].part_of == device &&
				identities[k].id < least)
				least = identities[k].id;
		}
		for (size_t k = 0; least != device && k < count; k++) {
			if (identities[k].part_of == device)
				identities[k].part_of = least;
		}
	}
}

static void join_group(struct history_identity *identities, size_t count)
{
	join_twins(identities, count);
	join(identities, count, true, false, has_address);
	join(identities, count, false, true, has_name);
	join(identities, count, false, false, has_name);
	join(identities, count, false, false, has_name_without_address);
	number_devices(identities, count);
}

/* --- groups that no rule connects ----------------------------------------- */

/* The first of the group of an identity; groups[i] is i or one before. */
static size_t find_group(size_t *groups, size_t i)
{
	while (groups[i] != i) {
		groups[i] = groups[groups[i]];
		i = groups[i];
	}
	return i;
}

/* An identity with the same text joins the group of the one before it. The
 * slots hold numbers of identities plus 1; 0 is free. */
static void connect(const struct history_identity *identities, size_t number,
	bool by_address, size_t *groups, size_t *slots, size_t size)
{
	const struct history_identity *identity = &identities[number];
	struct text text = by_address ? identity->address : identity->name;
	size_t slot, a, b;

	if (!text.bytes)
		return;
	slot = hash_text(text) % size;
	for (; slots[slot] != 0; slot = (slot + 1) % size) {
		const struct history_identity *other =
			&identities[slots[slot] - 1];

		if (is_same(text, by_address ? other->address : other->name))
			break;
	}
	if (slots[slot] == 0) {
		slots[slot] = number + 1;
		return;
	}
	a = find_group(groups, slots[slot] - 1);
	b = find_group(groups, number);
	groups[a > b ? a : b] = a > b ? b : a;
}

/* Copies the members of a group side by side, joins them, and copies back. next
 * is the list of the members. */
static void join_members(struct history_identity *identities, size_t first,
	const size_t *next, struct history_identity *copies)
{
	size_t count = 0;

	for (size_t i = first; i != SIZE_MAX; i = next[i])
		copies[count++] = identities[i];
	join_group(copies, count);
	count = 0;
	for (size_t i = first; i != SIZE_MAX; i = next[i])
		identities[i] = copies[count++];
}

int history_join(struct history_identity *identities, size_t count)
{
	size_t slots = 2 * count + 1;
	size_t *groups = calloc(2 * count + 2 * slots, sizeof *groups);
	struct history_identity *copies = calloc(count + 1, sizeof *copies);
	size_t *next = groups ? groups + count : NULL;

	if (groups && copies) {
		for (size_t i = 0; i < count; i++) {
			groups[i] = i;
			next[i] = SIZE_MAX;
			connect(identities, i, true, groups, next + count,
				slots);
			connect(identities, i, false, groups,
				next + count + slots, slots);
		}
		/* The first of a group leads the list of the others. */
		for (size_t i = count; i-- > 0;) {
			size_t first = find_group(groups, i);

			if (first == i)
				continue;
			next[i] = next[first];
			next[first] = i;
		}
		for (size_t i = 0; i < count; i++) {
			if (groups[i] == i)
				join_members(identities, i, next, copies);
		}
	}
	free(groups);
	free(copies);
	return groups && copies ? 0 : -ENOMEM;
}
