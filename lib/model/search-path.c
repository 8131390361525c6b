/* The directory of the maps, and the source tree of the program. */
#include "model/search-path.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTALLED DATADIR "/maps"

static const char program[] = "/proc/self/exe";
static const char build[] = "build";

/* Folders between a program and its tree: build/, build/sanitize/. */
#define DEPTH_MAX 2

/* Whether path is of this type, belongs to the owner of the program, and only
 * the owner may write to it: in a shared directory such as /tmp, any user can
 * create files with these names. */
static bool is_own(const char *path, mode_t type, uid_t owner)
{
	struct stat status;

	return lstat(path, &status) == 0 && (status.st_mode & S_IFMT) == type &&
		status.st_uid == owner && !(status.st_mode & S_IWOTH);
}

/* Whether root, which ends with a slash and has room behind it, is the top of
 * a source tree. Adds the directory of its maps then. */
static bool find_maps(char root[PATH_MAX], uid_t owner)
{
	static const struct {
		const char *name;
		mode_t type;
	} parts[] = {
		{ "Makefile", S_IFREG }, { "lib", S_IFDIR },
		{ "lib/maps", S_IFDIR }, /* the last one is in root */
	};
	size_t length = strlen(root);

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		size_t room = PATH_MAX - length;

		if ((size_t)snprintf(
			    root + length, room, "%s", parts[i].name) >= room ||
			!is_own(root, parts[i].type, owner))
			return false;
	}
	return true;
}

/* The maps of the source tree of the program; NULL if there are none. */
static const char *tree_maps(void)
{
	static char path[PATH_MAX];
	struct stat status;
	ssize_t length = readlink(program, path, sizeof path - 1);
	char *slash;

	if (getauxval(AT_SECURE) || length < 0 || stat(program, &status) < 0)
		return NULL;
	path[length] = '\0';
	for (int depth = 0; depth <= DEPTH_MAX; depth++) {
		slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		if (depth > 0 &&
			strncmp(slash + 1, build, strlen(build)) == 0) {
			slash[1] = '\0';
			return find_maps(path, status.st_uid) ? path : NULL;
		}
		*slash = '\0';
	}
	return NULL;
}

const char *maps_directory(const char *option)
{
	const char *environment = secure_getenv("BT_MAPS");
	const char *tree;

	if (option)
		return option;
	if (environment && *environment)
		return environment;
	tree = tree_maps();
	return tree ? tree : INSTALLED;
}
