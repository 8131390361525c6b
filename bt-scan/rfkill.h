/* Switches that block radios: rfkill(8). */
#ifndef BT_SCAN_RFKILL_H
#define BT_SCAN_RFKILL_H

enum rfkill { RFKILL_FREE, RFKILL_SOFT, RFKILL_HARD };

/* Whether any Bluetooth radio is blocked, by software or by a hardware switch.
 * Not blocked if this cannot be determined. */
enum rfkill rfkill_bluetooth(void);

#endif
