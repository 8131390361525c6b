/* Allocation by counting up. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

/* What jansson puts into memory are pointers, numbers and text. */
#define ALIGNMENT 8

struct arena {
	_Alignas(ALIGNMENT) char memory[ARENA_BYTES];
	size_t taken;
};

static struct arena arenas[ARENAS];
static _Thread_local int current = -1;

static void *take(size_t size)
{
	struct arena *arena = &arenas[current];
	size_t begin = arena->taken;

	/* Also what is past the end is counted: the caller may ask. */
	arena->taken += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return arena->taken <= ARENA_BYTES ? arena->memory + begin
					   : malloc(size);
}

static void *allocate(size_t size)
{
	if (current < 0 || size > ARENA_BYTES)
		return malloc(size);
	return take(size);
}

static void release(void *memory)
{
	uintptr_t place = (uintptr_t)memory;

	if (place < (uintptr_t)arenas || place >= (uintptr_t)(arenas + ARENAS))
		free(memory);
}

void arena_init(void)
{
	json_set_alloc_funcs(allocate, release);
}

void arena_use(int number)
{
	current = number;
}

size_t arena_taken(int number)
{
	return arenas[number].taken;
}

void arena_clear(int number)
{
	arenas[number].taken = 0;
}
