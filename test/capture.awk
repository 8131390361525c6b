# A capture of a telephone's Bluetooth, in hexadecimal:
#
#   awk -f models/frame.awk -f capture.awk -v format=FORMAT | basenc --base16 -d
#
# FORMAT is btsnoop (Android: RFC 1761 with HCI UART packets) or packetlogger
# (Apple). With -v midway=1 it begins when the connections are there already.
#
# The application reads and writes a station, first with the smallest ATT_MTU
# (23), then with 247; another station encrypts; a third device is none.

BEGIN {
	frame_init()
	now = 0
	if (format == "btsnoop")
		hex = "6274736e6f6f7000" "00000001" "000003ea"
	small()
	encrypted()
	lamp()
	large()
	print toupper(hex)
}

# The station with the smallest PDUs: answers in pieces of 20 bytes.
function small()
{
	mtu = 23
	acl = 27
	connect(64, "00:11:22:33:44:55")
	att(64, 0, "12" le16(19) "0100")
	att(64, 1, "13")
	read(64, 36, words(8, 7))
	read(64, 3001, "0002")
	write_one(64, 3007, 1)
	write_many(64, 3100, words(12, 4096))
	prepared_write(64, 3200, words(12, 8192))
	refused(64, 9000)
	# Nobody answers, and the next request comes.
	ask(64, frame_read_request(1, 70, 21))
	read(64, 43, "004e")
	disconnect(64)
}

# Later on, in a connection with longer PDUs; packets of the controller are
# shorter than these.
function large()
{
	mtu = 247
	acl = 100
	connect(64, "00:11:22:33:44:55")
	read(64, 1300, words(120, 256))
	read(64, 36, words(8, 8))
	disconnect(64)
}

function encrypted(	i)
{
	mtu = 23
	acl = 27
	connect(65, "66:77:88:99:AA:BB")
	att(65, 1, "1b" le16(18) "2a2a01048f57b72701c9")
	att(65, 0, "12" le16(20) "2a2a0204f9916931022a")
	att(65, 1, "13")
	att(65, 1, "1b" le16(18) "2a2a0301000004")
	for (i = 0; i < 3; i++) {
		att(65, 0, "12" le16(20) "0086" words(9, 4000 + i))
		att(65, 1, "1b" le16(18) "0086" words(9, 5000 + i))
	}
}

function lamp()
{
	connect(66, "10:20:BA:00:00:01")
	att(66, 0, "12" le16(33) "7e00040100000000ef")
	att(66, 1, "1b" le16(35) "64")
}

# --- what the application does --------------------------------------------------

function ask(handle, request)
{
	att(handle, 0, "12" le16(20) request)
	att(handle, 1, "13")
}

function answer(handle, bytes,	i)
{
	for (i = 1; i <= length(bytes); i += 2 * (mtu - 3))
		att(handle, 1, "1b" le16(18) substr(bytes, i, 2 * (mtu - 3)))
}

function read(handle, first, values)
{
	ask(handle, frame_read_request(1, first, length(values) / 4))
	answer(handle, frame_read_answer(1, values))
}

function refused(handle, first)
{
	ask(handle, frame_read_request(1, first, 1))
	answer(handle, frame("018302"))
}

function write_one(handle, address, value)
{
	ask(handle, frame_write(1, address, value))
	answer(handle, frame_write(1, address, value))
}

function many(address, values)
{
	return frame(sprintf("0110%04x%04x%02x%s", address, \
		length(values) / 4, length(values) / 2, values))
}

# In pieces, without responses.
function write_many(handle, address, values,	request, i)
{
	request = many(address, values)
	for (i = 1; i <= length(request); i += 2 * (mtu - 3))
		att(handle, 0, "52" le16(20) \
			substr(request, i, 2 * (mtu - 3)))
	answer(handle, frame(sprintf("0110%04x%04x", address, \
		length(values) / 4)))
}

# As a long write.
function prepared_write(handle, address, values,	request, i, part)
{
	request = many(address, values)
	for (i = 1; i <= length(request); i += 2 * (mtu - 5)) {
		part = le16(20) le16((i - 1) / 2) \
			substr(request, i, 2 * (mtu - 5))
		att(handle, 0, "16" part)
		att(handle, 1, "17" part)
	}
	att(handle, 0, "1801")
	att(handle, 1, "19")
	answer(handle, frame(sprintf("0110%04x%04x", address, \
		length(values) / 4)))
}

function words(count, value,	i, text)
{
	for (i = 0; i < count; i++)
		text = text sprintf("%04x", value + i)
	return text
}

# --- Core Specification 5.4, Vol 4 Part E: packets of the controller --------------

function connect(handle, address,	i, octets)
{
	if (midway)
		return
	for (i = 16; i > 0; i -= 3)
		octets = octets substr(address, i, 2)
	packet(1, 1, "3e13" "0100" le16(handle) "0000" octets \
		"1800" "0000" "4800" "00")
}

function disconnect(handle)
{
	if (!midway)
		packet(1, 1, "0504" "00" le16(handle) "13")
}

# An ATT PDU in as many packets as it takes.
function att(handle, is_received, pdu,	l2cap, part, is_first)
{
	l2cap = le16(length(pdu) / 2) "0400" pdu
	is_first = 1
	while (length(l2cap) > 0) {
		part = substr(l2cap, 1, 2 * acl)
		l2cap = substr(l2cap, 2 * acl + 1)
		packet(0, is_received, le16(handle + 4096 * \
			(is_first ? (is_received ? 2 : 0) : 1)) \
			le16(length(part) / 2) part)
		is_first = 0
	}
	now += 10
}

function le16(value)
{
	return sprintf("%02x%02x", value % 256, int(value / 256))
}

# --- files ------------------------------------------------------------------------

# 2024-06-15T00:00:00Z and now milliseconds.
function packet(is_event, is_received, bytes,	seconds, length_)
{
	seconds = 1718409600 + int(now / 1000)
	if (format == "btsnoop") {
		bytes = (is_event ? "04" : "02") bytes
		length_ = sprintf("%08x", length(bytes) / 2)
		hex = hex length_ length_ \
			sprintf("%08x", is_received + 2 * is_event) "00000000" \
			microseconds(seconds) bytes
	} else {
		hex = hex sprintf("%08x", 9 + length(bytes) / 2) \
			word(seconds) sprintf("%08x", now % 1000 * 1000) \
			(is_event ? "01" : is_received ? "03" : "02") bytes
	}
}

# 32 bits, of which an awk may print 31 alone.
function word(value)
{
	return sprintf("%04x%04x", int(value / 65536), value % 65536)
}

# Since the year 0: 2000-01-01 is 0x00e03ab44a676000.
function microseconds(seconds,	low, high)
{
	low = (seconds - 946684800) * 1000000 + now % 1000 * 1000
	high = int(low / 4294967296)
	low = low - high * 4294967296 + 1248288768
	high += 14695092
	if (low >= 4294967296) {
		low -= 4294967296
		high++
	}
	return word(high) word(low)
}
