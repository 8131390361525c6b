/* Switches that block radios: rfkill(8). */
#ifndef BT_SCAN_RFKILL_H
#define BT_SCAN_RFKILL_H

enum rfkill { RFKILL_FREE, RFKILL_SOFT, RFKILL_HARD };

/* Whether any Bluetooth radio is blocked, by a program or by a switch that one
 * can touch. What cannot be found out counts as free. */
enum rfkill rfkill_bluetooth(void);

#endif
