# Numbers by chance that are the same wherever and whenever a test is run: the
# generator of Park and Miller, whose products fit into a double.

# Numbers drawn from now on depend on the text alone.
function random_start(text,	i)
{
	if (!random_letters)
		for (i = 32; i < 127; i++)
			random_letters = random_letters sprintf("%c", i)
	random_state = 1
	for (i = 1; i <= length(text); i++)
		random_state = 1 + (random_state * 95 + index(random_letters,
			substr(text, i, 1))) % 2147483646
	for (i = 0; i < 8; i++)
		random(0, 1)
	split("", random_used)
}

# A whole number, low to high.
function random(low, high)
{
	random_state = random_state * 16807 % 2147483647
	return low + int((random_state - 1) / 2147483646 * (high - low + 1))
}

# The same, another one each time as long as there are enough.
function random_fresh(low, high,	number, tries)
{
	do
		number = random(low, high)
	while (number in random_used && ++tries < 200)
	random_used[number] = 1
	return number
}
