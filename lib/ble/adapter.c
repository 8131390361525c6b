/* Adapters by the ioctls of HCI sockets, which any user may call. */
#include "ble/adapter.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bluetooth/hci.h>

/* The octet of the features with the bit for Bluetooth LE. */
#define FEATURES_LE 4

static int check(const struct hci_dev_info *info)
{
	if (!(info->flags & 1u << HCI_UP))
		return -ENETDOWN;
	return info->features[FEATURES_LE] & LMP_LE ? 0 : -EOPNOTSUPP;
}

static int check_adapter(int fd, int adapter, bdaddr_t *own)
{
	struct hci_dev_info info = { .dev_id = (uint16_t)adapter };
	int error;

	if (ioctl(fd, HCIGETDEVINFO, &info) < 0)
		return -errno;
	error = check(&info);
	if (error == 0)
		*own = info.bdaddr;
	return error;
}

/* If none can be used, returns the error of the first one. */
static int find_any(int fd, bdaddr_t *own)
{
	int result = -ENODEV;

	for (int adapter = 0; adapter < HCI_MAX_DEV; adapter++) {
		int error = check_adapter(fd, adapter, own);

		if (error == 0)
			return 0;
		if (result == -ENODEV)
			result = error;
	}
	return result;
}

int adapter_find(int adapter, bdaddr_t *own)
{
	int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC, BTPROTO_HCI);
	int error;

	if (fd < 0)
		return -errno;
	error = adapter == ADAPTER_ANY ? find_any(fd, own)
				       : check_adapter(fd, adapter, own);
	close(fd);
	return error;
}
