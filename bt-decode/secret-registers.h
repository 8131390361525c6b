/*
 * Registers of a station in which a secret was found, whole or in pieces that
 * several frames had: from then on they are masked in every frame.
 *
 * All lines are learned from before any of them is masked.
 */
#ifndef BT_DECODE_SECRET_REGISTERS_H
#define BT_DECODE_SECRET_REGISTERS_H

#include "redact.h"
#include "traces.h"

struct secret_registers;

/* traces must outlive them. NULL: no memory. */
struct secret_registers *secret_registers_new(const struct traces *traces);
void secret_registers_free(struct secret_registers *registers);

/* Takes a line. 0; -ENOSPC if there are too many registers; -ENOMEM. */
int secret_registers_learn(
	struct secret_registers *registers, struct redact_line *taken);

/* Masks the secrets in the line. */
void secret_registers_mask(
	struct secret_registers *registers, struct redact_line *taken);

#endif
