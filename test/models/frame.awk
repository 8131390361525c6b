# MODBUS RTU frames in hexadecimal: MODBUS over Serial Line 1.02, 2.5.1.

# Tables for frame_crc(): what a byte does to the checksum, and the exclusive or
# of two bytes, which awk does not have.
function frame_init(	a, b, bit, crc)
{
	for (a = 0; a < 256; a++) {
		frame_hex[sprintf("%02x", a)] = a
		for (b = 0; b < 256; b++)
			frame_xor[a * 256 + b] = frame_xor_slow(a, b)
	}
	for (a = 0; a < 256; a++) {
		crc = a
		for (bit = 0; bit < 8; bit++)
			crc = crc % 2 ? frame_xor_word(int(crc / 2), 40961) : \
				crc / 2
		frame_step_high[a] = int(crc / 256)
		frame_step_low[a] = crc % 256
	}
}

function frame_xor_slow(a, b,	result, bit)
{
	result = 0
	for (bit = 1; bit < 256; bit *= 2) {
		if (a % 2 != b % 2)
			result += bit
		a = int(a / 2)
		b = int(b / 2)
	}
	return result
}

function frame_xor_word(a, b)
{
	return 256 * frame_xor[int(a / 256) * 256 + int(b / 256)] + \
		frame_xor[a % 256 * 256 + b % 256]
}

# The bytes with their CRC behind them, low byte first.
function frame(hex,	high, low, step, i, end)
{
	high = low = 255
	end = length(hex)
	for (i = 1; i < end; i += 2) {
		step = frame_xor[low * 256 + frame_hex[substr(hex, i, 2)]]
		low = frame_xor[high * 256 + frame_step_low[step]]
		high = frame_step_high[step]
	}
	return hex sprintf("%02x%02x", low, high)
}

function frame_read_request(unit, first, count)
{
	return frame(sprintf("%02x03%04x%04x", unit, first, count))
}

# words: the registers in hexadecimal, one behind the other.
function frame_read_answer(unit, words)
{
	return frame(sprintf("%02x03%02x%s", unit, length(words) / 2, words))
}

# Request and answer are the same.
function frame_write(unit, address, value)
{
	return frame(sprintf("%02x06%04x%04x", unit, address, value))
}
