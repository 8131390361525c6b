/* The errors of Bluetooth sockets. */
#include "station/connect-failure.h"

#include <errno.h>

#include "base/errors.h"

const char *reason_text(const struct address *address, int error)
{
	if (address->kind != ADDRESS_BLE)
		return error_text(error);
	switch (-error) {
	case EAFNOSUPPORT:
		return "this kernel has no Bluetooth";
	case EHOSTUNREACH:
	case ENODEV:
		return "no Bluetooth adapter, or it is off";
	case EHOSTDOWN:
	case ENETDOWN:
		return "the Bluetooth adapter is off: bluetoothctl power on";
	case EBUSY:
	case ECONNREFUSED:
		return "busy: somebody else may hold it, such as the "
		       "application on a telephone";
	}
	return error_text(error);
}
