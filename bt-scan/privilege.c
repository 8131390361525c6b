/* Capabilities, by system call: no library is needed for these two. */
#include "privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For the process itself, 64 capabilities in two words: capget(2). */
#define OWN \
	{ \
		.version = _LINUX_CAPABILITY_VERSION_3 \
	}

bool privilege_has(int capability)
{
	struct __user_cap_header_struct own = OWN;
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &own, sets) < 0)
		return false;
	return sets[CAP_TO_INDEX(capability)].effective &
		CAP_TO_MASK(capability);
}

int privilege_drop(void)
{
	struct __user_cap_header_struct own = OWN;
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {
		{ 0 }
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		syscall(SYS_capset, &own, none) < 0)
		return -errno;
	return 0;
}
