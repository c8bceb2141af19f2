//go:build cgo && (amd64 || arm64)

#include "kernel.h"

static struct checksig_entry table[MAX_KERNELS];
static int count;

void checksig_add(const struct checksig_entry *from)
{
	while (from->run && count < MAX_KERNELS - 1)
		table[count++] = *from++;
}

const struct checksig_entry *checksig_table(void)
{
	if (count == 0)
		checksig_detect();
	return table;
}

void checksig_run(int entry, union state *states, const uint8_t *buffer, const struct message *messages, size_t blocks)
{
	table[entry].run(states, buffer, messages, blocks);
}
