/* A password from the terminal. */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/errors.h"

/* Bytes of a password; the server takes fewer. */
#define PASSWORD_BYTES 1024

static const char question[] = "Password: ";

static int say(int tty, const char *text)
{
	return write(tty, text, strlen(text)) < 0 ? -errno : 0;
}

/* The terminal gives no signals meanwhile, so that it cannot be left without
 * echo; interrupt is the character that would have made one. */
static int read_line(int tty, unsigned char interrupt, char **password)
{
	char line[PASSWORD_BYTES];
	ssize_t n = read(tty, line, sizeof line - 1);
	int error = 0;

	if (n < 0)
		return -errno;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (n == 0 || (interrupt && strchr(line, interrupt)))
		error = -BT_ECANCELED;
	else if (!(*password = strdup(line)))
		error = -ENOMEM;
	explicit_bzero(line, sizeof line);
	return error;
}

int password_ask(char **password)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, silent;
	int error;

	if (tty < 0)
		return -errno;
	if (tcgetattr(tty, &before) != 0) {
		error = -errno;
		goto out;
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	error = say(tty, question);
	if (error < 0)
		goto out;
	if (tcsetattr(tty, TCSAFLUSH, &silent) != 0) {
		error = -errno;
		goto out;
	}
	error = read_line(tty, silent.c_cc[VINTR], password);
	tcsetattr(tty, TCSAFLUSH, &before);
	say(tty, "\n");
out:
	close(tty);
	return error;
}
