#include "Library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#define VERSIONS (FX_NEWEST_ONEDNN - FX_OLDEST_ONEDNN + 1)

static const char *const names[VERSIONS] = {"libdnnl.so.2", "libdnnl.so.3"};
static fx_onednn opened[VERSIONS];
static bool is_opened[VERSIONS];
static pthread_once_t once[VERSIONS] = {PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT};

// Looks up the functions of an opened library; false where one is missing.
static bool find_functions(void *handle, int major, fx_onednn *library) {
#define FX_FIND(result, name, parameters) \
  library->name = (__typeof__(library->name))dlsym(handle, #name); \
  if (!library->name) return false;
  FX_COMMON_FUNCTIONS(FX_FIND)
  if (major == 2) {
    FX_FUNCTIONS_OF_2(FX_FIND)
  } else {
    FX_FUNCTIONS_OF_3(FX_FIND)
  }
  const dnnl_version_t *version = library->dnnl_version();
  memcpy(library->version, version->numbers, sizeof library->version);
  if (library->version[0] != major) return false;
  if (version->cpu_runtime == dnnl_runtime_sequential) return true;
  // A library that was built with threads other than OpenMP's starts some that can't be kept from it.
  if (version->cpu_runtime != dnnl_runtime_openmp) return false;
  FX_FIND(int, omp_get_max_threads, (void))
  FX_FIND(void, omp_set_num_threads, (int))
#undef FX_FIND
  return true;
}

static void open_library(int major) {
  int index = major - FX_OLDEST_ONEDNN;
  void *handle = dlopen(names[index], RTLD_LAZY | RTLD_LOCAL);
  if (!handle) return;
  fx_onednn *library = &opened[index];
  library->name = names[index];
  is_opened[index] =
      find_functions(handle, major, library) &&
      library->dnnl_engine_create(&library->engine, dnnl_cpu, 0) == dnnl_success;
}

static void open_2(void) { open_library(2); }
static void open_3(void) { open_library(3); }

const fx_onednn *fx_onednn_find(int major) {
  if (major < FX_OLDEST_ONEDNN || major > FX_NEWEST_ONEDNN) return NULL;
  int index = major - FX_OLDEST_ONEDNN;
  pthread_once(&once[index], major == 2 ? open_2 : open_3);
  return is_opened[index] ? &opened[index] : NULL;
}

const int *fx_onednn_version(const fx_onednn *library) { return library->version; }

const char *fx_onednn_name(const fx_onednn *library) { return library->name; }

bool fx_onednn_sgemm(
    const fx_onednn *library, bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
    float alpha, const float *a, int64_t stride_a, const float *b, int64_t stride_b, float beta,
    float *c, int64_t stride_c) {
  int threads = fx_enter(library);
  int status = library->dnnl_sgemm(
      transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, alpha, a, stride_a, b, stride_b,
      beta, c, stride_c);
  fx_leave(library, threads);
  return status == dnnl_success;
}
