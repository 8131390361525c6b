/* Login options: one table for option files and the command line. */
#include "login.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/errors.h"

enum kind { TEXT, NUMBER, SWITCH, OFF };

struct option {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define OPTION(name, kind, member) \
	{ \
		name, kind, offsetof(struct login, member) \
	}

static const struct option options[] = {
	OPTION("host", TEXT, host),
	OPTION("port", NUMBER, port),
	OPTION("socket", TEXT, socket),
	OPTION("user", TEXT, user),
	OPTION("password", TEXT, password),
	OPTION("database", TEXT, database),
	OPTION("ssl-ca", TEXT, ssl_ca),
	OPTION("ssl-capath", TEXT, ssl_capath),
	OPTION("ssl-cert", TEXT, ssl_cert),
	OPTION("ssl-key", TEXT, ssl_key),
	OPTION("ssl-cipher", TEXT, ssl_cipher),
	OPTION("ssl-crl", TEXT, ssl_crl),
	OPTION("ssl-crlpath", TEXT, ssl_crlpath),
	OPTION("tls-version", TEXT, tls_version),
	OPTION("plugin-dir", TEXT, plugin_dir),
	OPTION("ssl", SWITCH, ssl),
	OPTION("skip-ssl", OFF, ssl),
	OPTION("disable-ssl", OFF, ssl),
	OPTION("ssl-verify-server-cert", SWITCH, ssl_verify),
	OPTION("skip-ssl-verify-server-cert", OFF, ssl_verify),
	OPTION("disable-ssl-verify-server-cert", OFF, ssl_verify),
};

#define OPTIONS (sizeof options / sizeof options[0])

static char **text_at(const struct login *login, const struct option *option)
{
	return (char **)((char *)login + option->offset);
}

static int *number_at(const struct login *login, const struct option *option)
{
	return (int *)((char *)login + option->offset);
}

void login_init(struct login *login)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT)
			*text_at(login, &options[i]) = NULL;
		else
			*number_at(login, &options[i]) = -1;
	}
}

void login_release(struct login *login)
{
	if (login->password)
		explicit_bzero(login->password, strlen(login->password));
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT)
			free(*text_at(login, &options[i]));
	}
	login_init(login);
}

/* In option files, "_" equals "-". */
static bool is_same_name(const char *name, const char *given)
{
	for (; *name && *given; name++, given++) {
		if (*name != (*given == '_' ? '-' : *given))
			return false;
	}
	return *name == *given;
}

static int set_text(char **text, const char *value)
{
	char *copy = strdup(value ? value : "");

	if (!copy)
		return -ENOMEM;
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = copy;
	return 1;
}

static int set_port(int *number, const char *value)
{
	char *end;
	long port = value ? strtol(value, &end, 10) : 0;

	if (port < 1 || port > 65535 || *end)
		return -BT_ESETUP;
	*number = (int)port;
	return 1;
}

/* Without a value, as in "ssl": on. */
static int set_switch(int *number, const char *value)
{
	static const char *const words[] = { "0", "off", "false", "no", "1",
		"on", "true", "yes" };

	if (!value) {
		*number = 1;
		return 1;
	}
	for (int i = 0; i < 8; i++) {
		if (strcasecmp(value, words[i]) == 0) {
			*number = i >= 4;
			return 1;
		}
	}
	return -BT_ESETUP;
}

/* Rejects "a,,b": an empty name would mean localhost. */
static bool lacks_host(const char *list)
{
	size_t length = list ? strlen(list) : 0;

	return length > 0 &&
		(list[0] == ',' || list[length - 1] == ',' ||
			strstr(list, ",,"));
}

int login_set(struct login *login, const char *name, const char *value)
{
	size_t i = 0;

	while (i < OPTIONS && !is_same_name(options[i].name, name))
		i++;
	if (i == OPTIONS)
		return 0;
	if (options[i].offset == offsetof(struct login, host) &&
		lacks_host(value))
		return -BT_ESETUP;
	switch (options[i].kind) {
	case TEXT:
		return set_text(text_at(login, &options[i]), value);
	case NUMBER:
		return set_port(number_at(login, &options[i]), value);
	case SWITCH:
		return set_switch(number_at(login, &options[i]), value);
	case OFF:
		*number_at(login, &options[i]) = 0;
		return 1;
	}
	return 0;
}

int login_overlay(struct login *login, const struct login *over)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT) {
			const char *text = *text_at(over, &options[i]);

			if (text &&
				set_text(text_at(login, &options[i]), text) < 0)
				return -ENOMEM;
		} else if (*number_at(over, &options[i]) >= 0) {
			*number_at(login, &options[i]) =
				*number_at(over, &options[i]);
		}
	}
	return 0;
}

size_t login_hosts(const struct login *login)
{
	size_t count = 1;

	for (const char *p = login->host; p && *p; p++)
		count += *p == ',';
	return count;
}
