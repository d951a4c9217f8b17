#include "Library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static const char *const names[] = {"libopenblas.so.0", "libopenblasp.so.0", "libopenblas.so"};

static fx_openblas opened;
static bool is_opened;
static const char *missing;

#define FX_FIND(field, symbol, otherwise) \
  library->field = (__typeof__(library->field))dlsym(library->handle, symbol); \
  if (!library->field) return otherwise;

// Looks up all but LAPACK; false where a function is missing.
static bool find_functions(fx_openblas *library) {
#define FX_FUNCTION(result, name, parameters) FX_FIND(name, #name, false)
  FX_OPENBLAS(FX_FUNCTION)
#undef FX_FUNCTION
#define FX_FUNCTION(letter, name, parameters) FX_FIND(letter##name, "cblas_" #letter #name, false)
  FX_CBLAS(FX_FUNCTION)
#undef FX_FUNCTION
  return true;
}

// Looks up LAPACK; returns the name of a routine that is missing.
static const char *find_routines(fx_openblas *library) {
#define FX_FUNCTION(letter, name, parameters) FX_FIND(letter##name, #letter #name "_", #letter #name)
  FX_LAPACK(FX_FUNCTION)
#undef FX_FUNCTION
  return NULL;
}

static void open_library(void) {
  for (size_t index = 0; index < sizeof names / sizeof *names && !is_opened; index++) {
    opened.handle = dlopen(names[index], RTLD_LAZY | RTLD_LOCAL);
    if (!opened.handle) continue;
    opened.name = names[index];
    is_opened = find_functions(&opened) && !fx_openblas_is_wide(opened.openblas_get_config());
  }
  if (is_opened) opened.openblas_set_num_threads(1);
}

static void open_lapack(void) { missing = find_routines(&opened); }

const fx_openblas *fx_openblas_find(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_library);
  return is_opened ? &opened : NULL;
}

const char *fx_openblas_missing_routine(const fx_openblas *library) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)library;
  pthread_once(&once, open_lapack);
  return missing;
}

const char *fx_openblas_name(const fx_openblas *library) { return library->name; }

const char *fx_openblas_config(const fx_openblas *library) {
  return library->openblas_get_config();
}

bool fx_openblas_is_wide(const char *config) { return strstr(config, "USE64BITINT") != NULL; }

void fx_openblas_set_threads(const fx_openblas *library, int count) {
  library->openblas_set_num_threads(count);
}
