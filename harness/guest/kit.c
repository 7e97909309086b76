#include "guest/priv.h"

#include <string.h>

/* kit.sh as it stands, with a NUL behind it: the Makefile knows of it. */
__asm__(".section .rodata\n"
	".global guest_kit, guest_kit_end\n"
	"guest_kit:\n"
	".incbin \"harness/guest/kit.sh\"\n"
	"guest_kit_end:\n"
	".byte 0\n"
	".previous\n");

extern const char guest_kit_end[];

size_t guest_kit_size(void) { return (size_t)(guest_kit_end - guest_kit); }

/* One word of a command line of a POSIX shell, whatever stands in it. */
static void add_word(struct str *to, const char *word)
{
	str_add(to, " '");
	for (; *word; word++)
		if (*word == '\'')
			str_add(to, "'\\''");
		else
			str_addc(to, *word);
	str_addc(to, '\'');
}

void guest_kit_command(const char *const *words, struct str *to)
{
	/* What it serves with later must be a file. */
	if (!strcmp(words[0], "serve"))
		str_add(to, "umask 077; k=\"$HOME/.plugfest-kit\"; cat >\"$k.$$\" && "
			"mv \"$k.$$\" \"$k\" && exec sh \"$k\"");
	else
		str_add(to, "exec sh -s --");
	for (; *words; words++)
		add_word(to, *words);
}
