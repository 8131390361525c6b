/* Dispatches to records, changes or redaction. */
#include "writer.h"

#include <errno.h>
#include <stddef.h>

#include "base/errors.h"
#include "base/output.h"

int writer_open(struct writer *writer, const struct options *options,
	struct maps *maps, const struct map *map, struct failure *failure)
{
	*writer = (struct writer){ .options = options };
	failure_set(failure, -ENOMEM, "cannot begin: %s", error_text(-ENOMEM));
	if (options->redact)
		writer->redact = redact_log_new(maps, map, failure);
	else if (options->changes)
		writer->changes = changes_new(&(struct changes_options){
			.maps = maps,
			.map = map,
			.secrets = options->secrets,
			.steady = options->steady,
		});
	else
		writer->recorder = recorder_new(&(struct recorder_options){
			.maps = maps,
			.map = map,
			.secrets = options->secrets,
			.registers = options->registers,
		});
	return writer->redact || writer->changes || writer->recorder
		? 0
		: failure->code;
}

static int print_text(struct writer *writer)
{
	struct text *text = &writer->text;
	int error =
		text->failed ? -ENOMEM : output_line(text->bytes, text->length);

	text_clear(text);
	return error;
}

int writer_begin(struct writer *writer)
{
	if (writer->options->format != FORMAT_CSV)
		return 0;
	columns_print_header(&writer->text, &writer->options->columns);
	return print_text(writer);
}

/* The records of a poll, in another format. */
static int print_records(struct writer *writer)
{
	const struct json *json = &writer->json;

	if (writer->options->format == FORMAT_CSV)
		records_print_csv(&writer->text, &writer->options->columns,
			json->text, json->length);
	else
		records_print_text(&writer->text,
			recorder_map(writer->recorder), json->text,
			json->length);
	return print_text(writer);
}

int writer_poll(struct writer *writer, struct poll *poll)
{
	struct json *json = &writer->json;
	int error;

	if (writer->redact)
		return redact_log_learn(writer->redact, poll);
	if (writer->changes) {
		error = changes_write(writer->changes, &writer->text, poll);
		return error < 0 ? error : print_text(writer);
	}
	json_clear(json);
	error = recorder_write(writer->recorder, json, poll);
	if (error == 0 && writer->options->format != FORMAT_JSON)
		return print_records(writer);
	return error < 0 ? error : output_line(json->text, json->length);
}

int writer_line(struct writer *writer, const struct frame_line *line)
{
	return writer->redact ? redact_log_add(writer->redact, line) : 0;
}

int writer_end(struct writer *writer, bool is_cut)
{
	return writer->redact ? redact_log_write(writer->redact, is_cut) : 0;
}

void writer_close(struct writer *writer)
{
	redact_log_free(writer->redact);
	changes_free(writer->changes);
	recorder_free(writer->recorder);
	text_release(&writer->text);
	json_release(&writer->json);
}
