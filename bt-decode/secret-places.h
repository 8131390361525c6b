/*
 * Registers of a station in which a secret was found, whole or in pieces that
 * several frames had: from then on they are masked in every frame.
 *
 * All lines are learned from before any of them is masked.
 */
#ifndef BT_DECODE_SECRET_PLACES_H
#define BT_DECODE_SECRET_PLACES_H

#include "redact.h"
#include "traces.h"

struct secret_places;

/* traces must outlive them. NULL: no memory. */
struct secret_places *secret_places_new(const struct traces *traces);
void secret_places_free(struct secret_places *places);

/* Takes a line. 0; -ENOSPC if there are too many registers; -ENOMEM. */
int secret_places_learn(
	struct secret_places *places, struct redact_line *taken);

/* Masks what the line has of secrets. */
void secret_places_mask(
	struct secret_places *places, struct redact_line *taken);

#endif
