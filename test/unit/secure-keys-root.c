/* lib/station/secure-keys: a file of somebody else is refused. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "check.h"
#include "station/secure-keys.h"

#define SOMEBODY 12345

int main(void)
{
	char path[] = "/tmp/bt-keys.XXXXXX";
	struct failure failure;
	struct secure_keys keys;
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	if (fchown(fd, SOMEBODY, 0) < 0) {
		unlink(path);
		return check_skip("needs root, to give a file to another user");
	}
	close(fd);
	CHECK(secure_keys_read(&keys, path, &failure) == -BT_EKEYS);
	CHECK(strstr(failure.text, "belongs neither to you nor to root"));
	unlink(path);
	return check_done();
}
