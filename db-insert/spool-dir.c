/* Directories and locks of spools. */
#include "spool-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "spool-line.h"

/* Name below $XDG_STATE_HOME. */
#define OWN_NAME "db-insert"

/* Largest number of spools, and so of processes, of one database. */
#define SPOOLS 100

/* Milliseconds between retries on a full disk. */
#define DISK_RETRY 1000

/* --- the name ------------------------------------------------------------ */

static int fail(struct failure *failure, const char *path, int error)
{
	const char *reason = error == -EPERM
		? MESSAGE_TEXT("it belongs to another user")
		: error_text(error);

	return failure_set(failure, error, "cannot use the spool %.400s: %s",
		path, reason);
}

/* $STATE_DIRECTORY may be a list with colons: uses the first entry. */
static int find_base(char path[PATH_MAX], const char *base)
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int n = 0;

	if (base)
		n = snprintf(path, PATH_MAX, "%s", base);
	else if (state && *state)
		n = snprintf(path, PATH_MAX, "%.*s", (int)strcspn(state, ":"),
			state);
	else if (xdg && *xdg == '/')
		n = snprintf(path, PATH_MAX, "%s/" OWN_NAME, xdg);
	else if (home && *home)
		n = snprintf(path, PATH_MAX, "%s/.local/state/" OWN_NAME, home);
	return n < PATH_MAX ? n : -ENAMETOOLONG;
}

static size_t append_escaped(char *out, size_t used, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-,.";

	for (; *text && used + 4 < PATH_MAX; text++) {
		if (strchr(plain, *text))
			out[used++] = *text;
		else
			used += (size_t)snprintf(
				out + used, 4, "%%%02X", (unsigned char)*text);
	}
	out[used] = '\0';
	return used;
}

/* Ends a name that is too long in a checksum of all of it. */
static void shorten(char *name)
{
	size_t length = strlen(name);
	char sum[8];

	if (length <= NAME_MAX)
		return;
	spool_checksum(sum, name, length);
	snprintf(name + NAME_MAX - 9, 10, "~%.8s", sum);
}

/* The socket, unless it is the default one, names a server on this machine. */
static void append_name(
	char path[PATH_MAX], size_t used, const struct options *options)
{
	const struct login *login = &options->login;
	const char *host =
		login->host && *login->host ? login->host : "localhost";
	const char *socket =
		login->socket ? login->socket : getenv("MYSQL_UNIX_PORT");
	const char *environment = getenv("MYSQL_TCP_PORT");
	char port[16] = "3306";
	size_t begin = used + 1;

	if (strcmp(host, "localhost") == 0 && socket)
		host = socket;
	else if (login->port > 0)
		snprintf(port, sizeof port, "%d", login->port);
	else if (environment)
		snprintf(port, sizeof port, "%s", environment);
	if (used + 1 < PATH_MAX)
		path[used++] = '/';
	used = append_escaped(path, used, host);
	used += (size_t)snprintf(path + used, PATH_MAX - used, ":");
	used = append_escaped(path, used, port);
	used += (size_t)snprintf(path + used, PATH_MAX - used, ":");
	used = append_escaped(path, used, login->database);
	snprintf(path + used, PATH_MAX - used, "%s",
		options->replace ? ":replace" : "");
	if (begin < PATH_MAX)
		shorten(path + begin);
}

/* --- the directories ----------------------------------------------------- */

static int open_directory(int parent, const char *name)
{
	int fd = openat(
		parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? -errno : fd;
}

/* Another owner could place links or lines there. */
static int check_owner(int directory)
{
	struct stat status;

	if (fstat(directory, &status) != 0)
		return -errno;
	return status.st_uid == geteuid() ? 0 : -EPERM;
}

/* Creates a missing directory so that it survives a power cut. */
static int make_directory(int parent, const char *name)
{
	int fd, error;

	if (mkdirat(parent, name, 0700) != 0)
		return errno == EEXIST ? 0 : -errno;
	fd = open_directory(parent, ".");
	if (fd < 0)
		return fd;
	error = fsync(fd) == 0 ? 0 : -errno;
	close(fd);
	return error;
}

/* Like mkdir -p; opens the directory. Its parents need not be readable. */
static int make_path(const char *path)
{
	int at = open(*path == '/' ? "/" : ".", O_PATH | O_CLOEXEC);
	int fd = at < 0 ? -errno : 0;

	while (fd == 0 && *(path += strspn(path, "/"))) {
		size_t length = strcspn(path, "/");
		char name[NAME_MAX + 1];
		bool is_last = path[length + strspn(path + length, "/")] == 0;
		int next;

		if (length >= sizeof name) {
			fd = -ENAMETOOLONG;
			break;
		}
		snprintf(name, sizeof name, "%.*s", (int)length, path);
		fd = make_directory(at, name);
		next = openat(at, name,
			O_PATH | O_CLOEXEC | (is_last ? O_NOFOLLOW : 0));
		if (next < 0 && fd == 0)
			fd = -errno;
		close(at);
		at = next;
		path += length;
	}
	if (fd == 0)
		fd = open_directory(at, ".");
	if (at >= 0)
		close(at);
	return fd;
}

/* Opens and locks a spool; -EWOULDBLOCK if another process holds it. */
static int lock_spool(const struct spool_dir *dir, int number)
{
	char name[16];
	int fd, error;

	snprintf(name, sizeof name, "%d", number);
	fd = open_directory(dir->directory, name);
	if (fd < 0)
		return fd;
	error = check_owner(fd);
	if (error == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (error == 0)
		error = -errno;
	close(fd);
	return error;
}

/* Opens the first free spool and returns its number. */
static int take_own(struct spool_dir *dir)
{
	for (int number = 1; number <= SPOOLS; number++) {
		char name[16];
		int fd, error;

		snprintf(name, sizeof name, "%d", number);
		error = make_directory(dir->directory, name);
		if (error < 0)
			return error;
		fd = lock_spool(dir, number);
		if (fd == -EWOULDBLOCK)
			continue;
		error = fd < 0 ? fd : spool_open(&dir->spool, fd);
		return error < 0 ? error : number;
	}
	return -EMFILE;
}

/* Adopts abandoned spools. */
static int take_others(struct spool_dir *dir, int own)
{
	for (int number = own + 1; number <= SPOOLS; number++) {
		int fd = lock_spool(dir, number), error;

		if (fd == -ENOENT)
			break;
		if (fd == -EWOULDBLOCK)
			continue;
		if (fd < 0)
			return fd;
		error = spool_adopt(dir->spool, fd);
		close(fd);
		if (error < 0)
			return error;
	}
	return 0;
}

int spool_dir_open(struct spool_dir *dir, const struct options *options,
	struct failure *failure)
{
	const char *base = options->spool;
	int length = find_base(dir->path, base);
	int error, own;

	dir->directory = -1;
	dir->spool = NULL;
	if (length == 0)
		return failure_set(failure, -BT_ESETUP,
			"no directory for the spool: name one with --spool");
	if (length < 0)
		return fail(failure, base ? base : OWN_NAME, length);
	append_name(dir->path, (size_t)length, options);
	dir->directory = make_path(dir->path);
	own = dir->directory < 0 ? dir->directory : check_owner(dir->directory);
	if (own == 0)
		own = take_own(dir);
	error = own > 0 ? take_others(dir, own) : own;
	if (error == 0)
		return 0;
	spool_dir_close(dir);
	return fail(failure, dir->path, error);
}

void spool_dir_close(struct spool_dir *dir)
{
	spool_close(dir->spool);
	dir->spool = NULL;
	if (dir->directory >= 0)
		close(dir->directory);
	dir->directory = -1;
}

int spool_dir_check(const struct spool_dir *dir, struct spool_failure *failure,
	const char *what, int error)
{
	if (error < 0 && failure->last_error != error)
		message("%s in %s: %s", what, dir->path, error_text(error));
	failure->last_error = error;
	failure->retry = error < 0 ? clock_monotonic() + DISK_RETRY : 0;
	return error;
}
