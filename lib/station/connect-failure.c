/* The errors of Bluetooth sockets and of ATT. */
#include "station/connect-failure.h"

#include <errno.h>

#include "base/errors.h"
#include "base/message-table.h"

/* Codes of the Bluetooth Core Specification, volume 3, part F, 3.4.1.1. */
enum {
	ATT_AUTHENTICATION = 0x05,
	ATT_AUTHORIZATION = 0x08,
	ATT_KEY_SIZE = 0x0c,
	ATT_ENCRYPTION = 0x0f,
};

const char *refusal_text(uint8_t code)
{
	switch (code) {
	case ATT_AUTHENTICATION:
	case ATT_AUTHORIZATION:
	case ATT_KEY_SIZE:
	case ATT_ENCRYPTION:
		return MESSAGE_TEXT(
			"the station requires pairing, which is not supported; "
			"remove its Bluetooth password in the app: ATT error");
	}
	return error_text(-BT_EATT);
}

const char *reason_text(const struct address *address, int error)
{
	if (address->kind != ADDRESS_BLE)
		return error_text(error);
	switch (-error) {
	case EAFNOSUPPORT:
		return MESSAGE_TEXT("this kernel has no Bluetooth, or hides it "
				    "from this container or service");
	case EHOSTUNREACH:
	case ENODEV:
		return MESSAGE_TEXT("no Bluetooth adapter, or it is off: "
				    "bluetoothctl power on");
	case EOPNOTSUPP:
		return MESSAGE_TEXT("the adapter does not support Bluetooth "
				    "LE: use another one");
	case EHOSTDOWN:
	case ENETDOWN:
		return MESSAGE_TEXT(
			"the Bluetooth adapter is off: bluetoothctl power on");
	case EBUSY:
	case ECONNREFUSED:
		return MESSAGE_TEXT("busy: another device may be connected to "
				    "it, such as a phone");
	}
	return error_text(error);
}
