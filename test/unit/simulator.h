/*
 * Starting and ending the simulated station, build/bt-sim beside this
 * program's folder, with an image of test/data: run from the top of the tree.
 */
#ifndef BT_TEST_UNIT_SIMULATOR_H
#define BT_TEST_UNIT_SIMULATOR_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIMULATOR_OPTIONS 12

struct simulator {
	pid_t pid;
	int output;	 /* what it prints after "ready" */
	char text[4096]; /* the same once it has ended; begins with "\n" */
};

/* Writes the path of a file of the build folder. */
static inline void simulator_beside(char *path, size_t size, const char *name)
{
	ssize_t n = readlink("/proc/self/exe", path, size - strlen(name));

	if (n < 0)
		abort();
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	strcpy(strrchr(path, '/') + 1, name);
}

/* In a child: becomes the simulator. options end with NULL. */
static inline void simulator_exec(const char *model, const char *socket_path,
	const char *const *options, int output)
{
	char program[512], image[128];
	const char *argv[SIMULATOR_OPTIONS + 5] = { "bt-sim", "-i", image };
	size_t n = 3;

	simulator_beside(program, sizeof program, "bt-sim");
	snprintf(image, sizeof image, "test/data/%s.image", model);
	while (*options && n < SIMULATOR_OPTIONS + 3)
		argv[n++] = *options++;
	argv[n] = socket_path;
	dup2(output, STDOUT_FILENO);
	execv(program, (char *const *)argv);
	perror(program);
	_exit(127);
}

/* Starts one and waits for its first line; returns 0 once it listens. */
static inline int simulator_start(struct simulator *simulator,
	const char *model, const char *socket_path, const char *const *options)
{
	char ready[6];
	int ends[2];

	if (pipe(ends) < 0)
		abort();
	simulator->pid = fork();
	if (simulator->pid < 0)
		abort();
	if (simulator->pid == 0) {
		close(ends[0]);
		simulator_exec(model, socket_path, options, ends[1]);
	}
	close(ends[1]);
	simulator->output = ends[0];
	if (read(ends[0], ready, sizeof ready) != sizeof ready)
		return -1;
	return memcmp(ready, "ready\n", sizeof ready) == 0 ? 0 : -1;
}

/* Ends it and returns its status; *text holds its counters. */
static inline int simulator_end(struct simulator *simulator)
{
	char *text = simulator->text;
	size_t used = 1;
	int status;
	ssize_t n;

	strcpy(text, "\n");
	kill(simulator->pid, SIGTERM);
	while ((n = read(simulator->output, text + used,
			sizeof simulator->text - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	close(simulator->output);
	if (waitpid(simulator->pid, &status, 0) < 0)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A connection as a central has it, that blocks. */
static inline int simulator_connect(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, socket_path);
	if (fd < 0 ||
		connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		abort();
	return fd;
}

#endif
