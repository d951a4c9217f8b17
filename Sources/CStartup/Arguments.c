#include "CStartup.h"

static int count;
static char *const *arguments;

// The C library passes these to every initializer.
__attribute__((constructor)) static void keep_arguments(int given_count, char **given) {
  count = given_count;
  arguments = given;
}

int fx_argument_count(void) { return count; }

char *const *fx_arguments(void) { return arguments; }
