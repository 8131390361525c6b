/* Pages of registers, in a tree of bits as in poll-blocks.c. */
#include "register-pages.h"

#include <stddef.h>
#include <stdlib.h>

struct page {
	uint64_t key;
	struct page *child[2];
	struct register_state registers[REGISTER_PAGE];
};

struct register_pages {
	struct page *root;
	unsigned count;
};

/* Spread, so that no order of registers makes a path longer than its bits. */
static uint64_t page_key(const struct register_address *at)
{
	uint64_t key = (uint64_t)at->station << 32 |
		(uint64_t)at->unit_id << 24 | (uint64_t)at->pack << 16 |
		at->address / REGISTER_PAGE;

	return key * UINT64_C(0x9e3779b97f4a7c15);
}

/* Where the page is, or would be. */
static struct page **find(struct page **link, uint64_t key)
{
	for (uint64_t bits = key; *link && (*link)->key != key; bits <<= 1)
		link = &(*link)->child[bits >> 63];
	return link;
}

const struct register_state *register_pages_find(
	const struct register_pages *pages, const struct register_address *at)
{
	struct page *root = pages->root;
	const struct page *page = *find(&root, page_key(at));
	const struct register_state *state;

	if (!page)
		return NULL;
	state = &page->registers[at->address % REGISTER_PAGE];
	return state->reads > 0 ? state : NULL;
}

struct register_state *register_pages_add(
	struct register_pages *pages, const struct register_address *at)
{
	uint64_t key = page_key(at);
	struct page **link = find(&pages->root, key);

	if (!*link) {
		if (pages->count == REGISTER_PAGES)
			return NULL;
		*link = calloc(1, sizeof **link);
		if (!*link)
			return NULL;
		(*link)->key = key;
		pages->count++;
	}
	return &(*link)->registers[at->address % REGISTER_PAGE];
}

struct register_pages *register_pages_new(void)
{
	return calloc(1, sizeof(struct register_pages));
}

/* No path is longer than 64 pages. */
static void free_page(struct page *page)
{
	if (!page)
		return;
	free_page(page->child[0]);
	free_page(page->child[1]);
	free(page);
}

void register_pages_clear(struct register_pages *pages)
{
	free_page(pages->root);
	*pages = (struct register_pages){ .root = NULL };
}

void register_pages_free(struct register_pages *pages)
{
	if (pages)
		register_pages_clear(pages);
	free(pages);
}
