/*
 * Fuzz target: option files of db-insert. A file is read twice and says the
 * same; what is refused has a reason. It includes no file of the system: there
 * is no '/' in it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../db-insert/option-file.h"

#define DATA_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static int make_file(const uint8_t *data, size_t size)
{
	static char text[DATA_MAX];
	int fd = memfd_create("option-file", MFD_CLOEXEC);

	must(fd >= 0 && fchmod(fd, 0600) == 0);
	if (size > sizeof text)
		size = sizeof text;
	for (size_t i = 0; i < size; i++)
		text[i] = data[i] == '/' ? '_' : (char)data[i];
	must(write(fd, text, size) == (ssize_t)size);
	return fd;
}

static int read_file(struct login *login, const char *path)
{
	struct failure failure = { 0 };
	int error;

	login_init(login);
	error = option_file_read(login, path, &failure);
	must(error == 0 || (error < 0 && failure.text[0]));
	must(login->port >= -1 && login->port <= 65535);
	must(login->ssl >= -1 && login->ssl <= 1);
	must(login->ssl_verify >= -1 && login->ssl_verify <= 1);
	must(login_hosts(login) >= 1);
	return error;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = make_file(data, size);
	struct login first, second;
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	must(read_file(&first, path) == read_file(&second, path));
	must(is_same(first.host, second.host) &&
		is_same(first.password, second.password) &&
		first.port == second.port);
	must(login_overlay(&first, &second) == 0);
	must(is_same(first.user, second.user));
	login_release(&first);
	login_release(&second);
	close(fd);
	return 0;
}
