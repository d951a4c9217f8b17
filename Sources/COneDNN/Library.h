// The functions of oneDNN that are looked up in the opened library.

#ifndef CONEDNN_LIBRARY_H
#define CONEDNN_LIBRARY_H

#include <stdbool.h>

// Without the headers of oneDNN 2 (Debian 12: libdnnl-dev) FXKit builds and does without it.
#if __has_include(<dnnl.h>)
#include <dnnl.h>
#if DNNL_VERSION_MAJOR == 2
#define FX_HAS_ONEDNN 1
#endif
#endif

#if FX_HAS_ONEDNN

#define FX_ONEDNN_FUNCTIONS(each) \
  each(dnnl_engine_create) \
  each(dnnl_stream_create) \
  each(dnnl_stream_destroy) \
  each(dnnl_memory_desc_init_by_strides) \
  each(dnnl_memory_desc_init_by_tag) \
  each(dnnl_memory_desc_get_size) \
  each(dnnl_memory_desc_equal) \
  each(dnnl_memory_create) \
  each(dnnl_memory_destroy) \
  each(dnnl_dilated_convolution_forward_desc_init) \
  each(dnnl_primitive_attr_create) \
  each(dnnl_primitive_attr_destroy) \
  each(dnnl_primitive_attr_set_scratchpad_mode) \
  each(dnnl_primitive_desc_create) \
  each(dnnl_primitive_desc_destroy) \
  each(dnnl_primitive_desc_query) \
  each(dnnl_primitive_desc_query_md) \
  each(dnnl_reorder_primitive_desc_create) \
  each(dnnl_primitive_create) \
  each(dnnl_primitive_destroy) \
  each(dnnl_primitive_execute) \
  each(dnnl_sgemm)

typedef struct {
#define FX_FIELD(name) __typeof__(&name) name;
  FX_ONEDNN_FUNCTIONS(FX_FIELD)
#undef FX_FIELD
  int (*omp_get_max_threads)(void);
  void (*omp_set_num_threads)(int);
  dnnl_engine_t engine;
} fx_library;

// The opened library; null where there is none.
const fx_library *fx_onednn_library(void);

// Keeps the library on the calling thread, and gives back the number of threads that OpenMP had.
static inline int fx_enter(const fx_library *library) {
  int threads = library->omp_get_max_threads();
  if (threads != 1) library->omp_set_num_threads(1);
  return threads;
}

static inline void fx_leave(const fx_library *library, int threads) {
  if (threads != 1) library->omp_set_num_threads(threads);
}

#endif

#endif
