/* Reports the result on standard error. */
#ifndef BT_DISCOVER_SUMMARY_H
#define BT_DISCOVER_SUMMARY_H

#include "probe.h"

/* Reports the numbers of registers. */
void summary_counts(const struct probe *probe);

/* The same, and the ranges that are served. */
void summary_print(const struct probe *probe);

#endif
