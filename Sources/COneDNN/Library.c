#include "Library.h"

#if FX_HAS_ONEDNN

#include <dlfcn.h>
#include <pthread.h>

#include "COneDNN.h"

static fx_library opened;
static bool is_opened;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
  void *handle = dlopen("libdnnl.so.2", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) return;
#define FX_FIND(name) \
  opened.name = (__typeof__(opened.name))dlsym(handle, #name); \
  if (!opened.name) return;
  FX_ONEDNN_FUNCTIONS(FX_FIND)
  // A library that was built without OpenMP starts threads that can't be kept from it here.
  FX_FIND(omp_get_max_threads)
  FX_FIND(omp_set_num_threads)
#undef FX_FIND
  is_opened = opened.dnnl_engine_create(&opened.engine, dnnl_cpu, 0) == dnnl_success;
}

const fx_library *fx_onednn_library(void) {
  pthread_once(&once, open_library);
  return is_opened ? &opened : NULL;
}

bool fx_onednn_is_available(void) { return fx_onednn_library() != NULL; }

bool fx_onednn_sgemm(
    bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t stride_a, const float *b, int64_t stride_b, float beta, float *c,
    int64_t stride_c) {
  const fx_library *library = fx_onednn_library();
  if (!library) return false;
  int threads = fx_enter(library);
  dnnl_status_t status = library->dnnl_sgemm(
      transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, alpha, a, stride_a, b, stride_b,
      beta, c, stride_c);
  fx_leave(library, threads);
  return status == dnnl_success;
}

#endif
