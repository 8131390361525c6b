# Records of a power station in a household that there is not: sun and clouds, a
# refrigerator, meals, mains when the battery is low, and gaps before UNTIL.
#
#   awk -v until=TIME -v from=TIME [-v last=TIME] -v step=SECONDS
#       [-v name=NAME] [-v zone=SECONDS] -f household.awk
#
# The records are those from FROM to LAST (UNTIL), in seconds since 1970. The sun
# is that of a time zone so many seconds east of UTC.

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

# The same number from 0 to 1 for the same n.
function noise(n) {
	n = sin(n * 12.9898 + 78.233) * 43758.5453
	return n - (n < 0 ? int(n) - 1 : int(n))
}

# Noise that passes smoothly from one n to the next.
function smooth(n, i, part) {
	i = int(n)
	part = n - i
	part = part * part * (3 - 2 * part)
	return noise(i) * (1 - part) + noise(i + 1) * part
}

# Watts of the panels: the height of the sun, and what clouds leave of it.
function solar(t, height, clouds) {
	height = -cos(2 * pi * (t - 2400) / 86400) - 0.22 + \
		0.34 * cos(2 * pi * (t - midsummer) / 31557600)
	if (height <= 0)
		return 0
	clouds = smooth(t / 100000) * 0.8 + smooth(t / 2700 + 5000) * 0.5
	return 960 * height / 1.2 * (1 - min(0.93, max(0, clouds - 0.35)))
}

function load(t, day, hour) {
	day = int(t / 86400)
	hour = t % 86400 / 3600
	return 62 + 18 * smooth(t / 500) + (t % 3000 < 1100 ? 85 : 0) + \
		(hour > 6.1 + noise(day) && hour < 6.2 + noise(day) ? 1450 : 0) + \
		(hour > 11 + noise(day + .3) && hour < 11.4 + noise(day + .3) ? 900 : 0) + \
		(hour > 17 && hour < 21.8 ? 140 + 60 * smooth(t / 1300) : 0)
}

function is_gap(t) {
	return until - t > 16400 && until - t < 21000 || \
		until - t > 9.2 * 86400 && until - t < 11.4 * 86400 || \
		until - t > 130 * 86400 && until - t < 141 * 86400
}

function record(t, fields) {
	if (is_gap(t))
		return
	printf "{\"time\":\"%s\",\"address\":\"00:11:22:33:44:55\",\"name\":\"%s\",\"model\":\"AC300\",%s}\n",
		strftime("%Y-%m-%dT%H:%M:%SZ", t, 1), name, fields
}

function pack_record(t, pack, percent, cells, i, volts) {
	for (i = 1; i <= 16; i++) {
		volts = 3.17 + percent / 550 + noise(100 * pack + i) / 60 - \
			(pack == 2 && i == 11 ? 0.03 : 0)
		cells = cells (i > 1 ? "," : "") sprintf("%.3f", volts)
	}
	record(t, sprintf("\"pack\":%d,\"pack_voltage\":%.1f,\"pack_battery_percent\":%d,\"cell_voltages\":[%s]",
		pack, 16 * (3.18 + percent / 550), percent, cells))
}

BEGIN {
	pi = 3.14159265358979
	midsummer = 171 * 86400
	if (name == "")
		name = "AC3002232000000000"
	if (last == "")
		last = until
	energy = 3000
	for (t = from - from % step; t < last; t += step) {
		ac = load(t + zone)
		dc = 8 + ((t + zone) % 86400 > 61000 ? 21 : 0)
		sun = solar(t + zone)
		if (energy > 6050)
			sun = min(sun, ac + dc)
		charging = energy < 900 || charging && energy < 1900
		mains = charging ? 400 : 0
		energy = min(6144, energy + (sun + mains - ac - dc) * step / 3600)
		percent = max(0, energy / 61.44)
		record(t, sprintf("\"serial_number\":2232000000000,\"total_battery_percent\":%d,\"dc_input_power\":%d,\"ac_input_power\":%d,\"ac_output_power\":%d,\"dc_output_power\":%d",
			percent, sun, mains, ac, dc))
		if (until - t <= 600)
			for (pack = 1; pack <= 2; pack++)
				pack_record(t, pack, min(100, percent + 2 - pack))
	}
}
