/* What the libraries share that tests preload into db-insert: which file a
 * call is about. */
#ifndef BT_TEST_PRELOAD_H
#define BT_TEST_PRELOAD_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The path of an open file; "" if it has none. */
static inline void path_of(int fd, char path[PATH_MAX])
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	path[length < 0 ? 0 : length] = '\0';
}

static inline const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A segment of a spool: NNNNNNNNNN.json. */
static inline bool is_segment(const char *name)
{
	return strspn(name, "0123456789") == 10 &&
		strcmp(name + 10, ".json") == 0;
}

/* A spool is .../HOST:PORT:DATABASE/NUMBER. */
static inline bool is_spool(const char *path)
{
	const char *colon = strrchr(path, ':');
	const char *slash = colon ? strchr(colon, '/') : NULL;

	return slash && slash[1] &&
		slash[1 + strspn(slash + 1, "0123456789")] == '\0';
}

#endif
