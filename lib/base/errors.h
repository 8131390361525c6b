/*
 * The list of all errors.
 *
 * A function that can fail returns 0 (or a count) or a negative error. The
 * number is an errno or one of BT_ERRORS, which begin above every errno:
 * error_text() covers both. Numbers from BT_ERROR_END on belong to one tool,
 * which declares them and turns them into text and status.
 */
#ifndef BT_BASE_ERRORS_H
#define BT_BASE_ERRORS_H

#include <sysexits.h>

/*
 * E(name, tag, exit status, text)
 *
 * A frame line has the tag instead of an answer ("!timeout"), and so has the
 * "failed" list of a record: see bt-frames(5), bt-records(5). Tags are part of
 * the file format and never change.
 */
/* Of a station. */
#define BT_STATION_ERRORS(E) \
	E(BT_ETIMEOUT, "timeout", EX_UNAVAILABLE, "no answer in time") \
	E(BT_ELOST, "lost", EX_UNAVAILABLE, "the link was lost") \
	E(BT_EMIXED, "mixed", EX_PROTOCOL, \
		"received the response to another request") \
	E(BT_EATT, "att", EX_PROTOCOL, \
		"the station rejected the request: ATT error") \
	E(BT_EPROTOCOL, "protocol", EX_PROTOCOL, \
		"the station violated the ATT protocol") \
	E(BT_ESILENT, "silent", EX_UNAVAILABLE, \
		"connected, but no valid response") \
	E(BT_EUNFOUND, "unfound", EX_UNAVAILABLE, \
		"not found: off, out of range, or connected to another " \
		"device, such as a phone") \
	E(BT_ENOSERVICE, "no-service", EX_PROTOCOL, \
		"no service ff00: not a Bluetti power station, or its " \
		"Bluetooth module is stuck") \
	E(BT_EMODULE, "module", EX_PROTOCOL, \
		"the station's Bluetooth module is in a bad state") \
	E(BT_EHANDSHAKE, "handshake", EX_PROTOCOL, \
		"the encryption handshake timed out") \
	E(BT_EENCRYPTS, "encrypts", EX_PROTOCOL, \
		"the station requires encryption: omit --plain") \
	E(BT_ERENEWED, "renewed", EX_PROTOCOL, \
		"the encrypted session restarted too often") \
	E(BT_ECHALLENGE, "challenge", EX_PROTOCOL, \
		"the station rejected the response to its challenge: " \
		"its firmware may encrypt in another way") \
	E(BT_ESIGNATURE, "signature", EX_PROTOCOL, \
		"the station's key is not signed by the trusted key: " \
		"other keys may be needed, see --keys") \
	E(BT_EREFUSED, "refused", EX_PROTOCOL, \
		"the station rejected the key: other keys may be " \
		"needed, see --keys") \
	E(BT_EGARBAGE, "garbage", EX_PROTOCOL, \
		"the station sent an invalid encrypted message: other " \
		"keys may be needed, see --keys") \
	E(BT_ECRYPTO, "crypto", EX_CONFIG, \
		"libcrypto failed: out of memory, or a system policy " \
		"forbids MD5 or P-256")

/* Their texts are not shown: a frame line has the tag, or the failure has a
 * text of its own. */
#define BT_SILENT_ERRORS(E) \
	E(BT_EUNSETTLED, "unsettled", EX_PROTOCOL, \
		"the selected battery pack did not show up") \
	E(BT_EMOVED, "moved", EX_PROTOCOL, \
		"the registers in the response are shifted") \
	E(BT_EAWAY, "away", EX_UNAVAILABLE, "the database is out of reach") \
	E(BT_ERECORD, "record", EX_DATAERR, \
		"not a record as in bt-records(5)") \
	E(BT_EKEYS, "keys", EX_CONFIG, "invalid key file") \
	E(BT_ECANCELED, "canceled", EX_TEMPFAIL, "interrupted by a signal") \
	E(BT_EMAP, "map", EX_CONFIG, "bad map")

/* Of frames and frame lines. */
#define BT_FRAME_ERRORS(E) \
	E(BT_ECRC, "crc", EX_PROTOCOL, "checksum is wrong") \
	E(BT_EMISMATCH, "mismatch", EX_PROTOCOL, \
		"response does not match its request") \
	E(BT_ELENGTH, "length", EX_DATAERR, "frame has the wrong length") \
	E(BT_EREQUEST, "request", EX_DATAERR, "not a valid request") \
	E(BT_EHEX, "hex", EX_DATAERR, "not pairs of hexadecimal digits") \
	E(BT_ETIME, "time", EX_DATAERR, \
		"not a time like 2026-11-22T09:42:00.123Z") \
	E(BT_EFIELDS, "fields", EX_DATAERR, "malformed frame line") \
	E(BT_ESTRING, "string", EX_DATAERR, \
		"address or name is too long or has unescaped bytes")

/* Of the program itself. */
#define BT_PROGRAM_ERRORS(E) \
	E(BT_EADDRESS, "address", EX_USAGE, \
		"not an address: use 00:11:22:33:44:55, optionally with " \
		"/public or /random, or unix:PATH") \
	E(BT_ENOMAP, "no-map", EX_CONFIG, "no map matches this name") \
	E(BT_EOUTPUT, "output", EX_IOERR, "cannot write to standard output") \
	E(BT_EUNREAD, "unread", EX_TEMPFAIL, "nobody reads the output")

/* Of the database. */
#define BT_DATABASE_ERRORS(E) \
	E(BT_ECONFLICT, "conflict", EX_TEMPFAIL, \
		"the database asks to try again") \
	E(BT_EDENIED, "denied", EX_NOPERM, "the database denies it") \
	E(BT_ESETUP, "setup", EX_CONFIG, "the database is not set up for this")

#define BT_ERRORS(E) \
	BT_STATION_ERRORS(E) \
	BT_SILENT_ERRORS(E) \
	BT_FRAME_ERRORS(E) BT_PROGRAM_ERRORS(E) BT_DATABASE_ERRORS(E)

enum bt_error {
	BT_ERROR_BASE = 4096, /* above every errno: Linux ends below 4096 */
#define BT_ERROR_ENUM(name, tag, status, text) name,
	BT_ERRORS(BT_ERROR_ENUM)
#undef BT_ERROR_ENUM
		BT_ERROR_END
};

/* All three take an error as it was returned: negative. None returns NULL. */

/* The error as text for the user: a clause without a full stop. */
const char *error_text(int error);

/* The tag in a frame line; that of a system's errno is "system". */
const char *error_tag(int error);

/* The exit status, one of sysexits.h: 74 (EX_IOERR) for an errno, except 77
 * (EX_NOPERM) for EACCES and EPERM, and 75 (EX_TEMPFAIL) for ENOMEM. */
int error_status(int error);

#endif
