/* Frame lines of one station. */
#include "journal.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "output.h"

void journal_name(struct journal *journal, const char *name)
{
	memset(journal->name, 0, sizeof journal->name);
	memcpy(journal->name, name, strnlen(name, sizeof journal->name - 1));
}

static void address_line(const struct journal *journal, struct frameline *line)
{
	memset(line, 0, sizeof *line);
	line->time = clock_wall();
	memcpy(line->address, journal->address, sizeof line->address);
	memcpy(line->name, journal->name, sizeof line->name);
}

void journal_request(const struct journal *journal, struct frameline *line,
	const uint8_t *request, size_t length)
{
	address_line(journal, line);
	line->kind = FRAMELINE_EXCHANGE;
	memcpy(line->request, request, length);
	line->request_length = length;
}

void journal_answer(
	struct frameline *line, const uint8_t *answer, size_t length)
{
	memcpy(line->response, answer, length);
	line->response_length = length;
}

void journal_failure(struct frameline *line, int error)
{
	line->response_length = 0;
	snprintf(line->word, sizeof line->word, "%s", error_word(error));
}

static int print(struct journal *journal, const struct frameline *line)
{
	char text[FRAMELINE_MAX];
	int error = output_line(text, frameline_format(text, line));

	if (error == 0)
		return 0;
	journal->output_error = -error;
	return -BT_EOUTPUT;
}

int journal_write(struct journal *journal, const struct frameline *line)
{
	if (journal->start < 0)
		journal->start = line->time;
	return print(journal, line);
}

int journal_end(struct journal *journal)
{
	struct frameline line;

	if (journal->start < 0)
		return 0;
	address_line(journal, &line);
	line.kind = FRAMELINE_END;
	line.start = journal->start;
	journal->start = -1;
	return print(journal, &line);
}
