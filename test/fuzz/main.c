/*
 * Feeds a fuzz target in the place of libFuzzer: with the files that are named,
 * or with those of its corpus, test/fuzz/corpus/NAME. Run from the top.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As large as what it holds, so that a read beyond it is seen. */
static int feed_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (!copy)
		return -1;
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	return 0;
}

static int feed(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file) {
		perror(path);
		return -1;
	}
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	return feed_copy(data, size);
}

/* Returns the number of files, or -1. */
static int feed_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	char path[512];
	int count = 0;

	if (!directory) {
		perror(folder);
		return -1;
	}
	while (count >= 0 && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		count = feed(path) < 0 ? -1 : count + 1;
	}
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	char folder[256];
	int count = 0;

	for (int i = 1; i < argc; i++)
		count = feed(argv[i]) < 0 ? -1 : count + 1;
	if (argc == 1) {
		snprintf(folder, sizeof folder, "test/fuzz/corpus/%s",
			slash ? slash + 1 : argv[0]);
		count = feed_folder(folder);
	}
	printf("%d inputs\n", count);
	return count <= 0;
}
