// The functions of oneDNN that are looked up in the opened library, and the numbers they take.
//
// They are declared here and not by oneDNN's headers, so that one build serves versions 2 and 3. The
// functions and numbers below are those of both, but for how tensors and convolutions are described:
// version 2 fills in structures of the caller's, which version 3 makes itself and hands out.

#ifndef CONEDNN_LIBRARY_H
#define CONEDNN_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "COneDNN.h"

typedef struct dnnl_engine *dnnl_engine_t;
typedef struct dnnl_stream *dnnl_stream_t;
typedef struct dnnl_memory *dnnl_memory_t;
typedef struct dnnl_primitive *dnnl_primitive_t;
typedef struct dnnl_primitive_desc *dnnl_primitive_desc_t;
typedef struct dnnl_primitive_attr *dnnl_primitive_attr_t;
// How a tensor lies.
typedef struct dnnl_memory_desc *dnnl_memory_desc_t;
typedef int64_t dnnl_dims_t[12];

typedef struct {
  int argument;
  dnnl_memory_t memory;
} dnnl_exec_arg_t;

// What every version begins its description of itself with.
typedef struct {
  int numbers[3];
  const char *hash;
  unsigned cpu_runtime, gpu_runtime;
} dnnl_version_t;

enum { dnnl_success = 0 };
enum { dnnl_runtime_sequential = 1, dnnl_runtime_openmp = 2 };
enum { dnnl_cpu = 1, dnnl_stream_default_flags = 1, dnnl_scratchpad_mode_user = 1 };
enum { dnnl_f32 = 3, dnnl_format_tag_any = 1, dnnl_x = 2 };
enum { dnnl_forward_inference = 96, dnnl_convolution_direct = 1 };
enum {
  dnnl_query_impl_info_str = 8,
  dnnl_query_src_md = 129,
  dnnl_query_weights_md = 131,
  dnnl_query_dst_md = 133,
  dnnl_query_scratchpad_md = 136
};
enum {
  DNNL_ARG_SRC = 1,
  DNNL_ARG_DST = 17,
  DNNL_ARG_WEIGHTS = 33,
  DNNL_ARG_BIAS = 41,
  DNNL_ARG_SCRATCHPAD = 80
};

// Each is given as its result, its name, and its parameters.
#define FX_COMMON_FUNCTIONS(each) \
  each(const dnnl_version_t *, dnnl_version, (void)) \
  each(int, dnnl_engine_create, (dnnl_engine_t *, int, size_t)) \
  each(int, dnnl_stream_create, (dnnl_stream_t *, dnnl_engine_t, unsigned)) \
  each(int, dnnl_stream_destroy, (dnnl_stream_t)) \
  each(size_t, dnnl_memory_desc_get_size, (const struct dnnl_memory_desc *)) \
  each(int, dnnl_memory_desc_equal, \
       (const struct dnnl_memory_desc *, const struct dnnl_memory_desc *)) \
  each(int, dnnl_memory_create, \
       (dnnl_memory_t *, const struct dnnl_memory_desc *, dnnl_engine_t, void *)) \
  each(int, dnnl_memory_destroy, (dnnl_memory_t)) \
  each(int, dnnl_primitive_attr_create, (dnnl_primitive_attr_t *)) \
  each(int, dnnl_primitive_attr_destroy, (dnnl_primitive_attr_t)) \
  each(int, dnnl_primitive_attr_set_scratchpad_mode, (dnnl_primitive_attr_t, int)) \
  each(int, dnnl_primitive_desc_destroy, (dnnl_primitive_desc_t)) \
  each(int, dnnl_primitive_desc_query, (dnnl_primitive_desc_t, int, int, void *)) \
  each(const struct dnnl_memory_desc *, dnnl_primitive_desc_query_md, \
       (dnnl_primitive_desc_t, int, int)) \
  each(int, dnnl_reorder_primitive_desc_create, \
       (dnnl_primitive_desc_t *, const struct dnnl_memory_desc *, dnnl_engine_t, \
        const struct dnnl_memory_desc *, dnnl_engine_t, dnnl_primitive_attr_t)) \
  each(int, dnnl_primitive_create, (dnnl_primitive_t *, dnnl_primitive_desc_t)) \
  each(int, dnnl_primitive_destroy, (dnnl_primitive_t)) \
  each(int, dnnl_primitive_execute, \
       (dnnl_primitive_t, dnnl_stream_t, int, const dnnl_exec_arg_t *)) \
  each(int, dnnl_sgemm, \
       (char, char, int64_t, int64_t, int64_t, float, const float *, int64_t, const float *, \
        int64_t, float, float *, int64_t))

#define FX_FUNCTIONS_OF_2(each) \
  each(int, dnnl_memory_desc_init_by_strides, \
       (dnnl_memory_desc_t, int, const int64_t *, int, const int64_t *)) \
  each(int, dnnl_memory_desc_init_by_tag, (dnnl_memory_desc_t, int, const int64_t *, int, int)) \
  each(int, dnnl_dilated_convolution_forward_desc_init, \
       (void *, int, int, const struct dnnl_memory_desc *, const struct dnnl_memory_desc *, \
        const struct dnnl_memory_desc *, const struct dnnl_memory_desc *, const int64_t *, \
        const int64_t *, const int64_t *, const int64_t *)) \
  each(int, dnnl_primitive_desc_create, \
       (dnnl_primitive_desc_t *, const void *, dnnl_primitive_attr_t, dnnl_engine_t, \
        dnnl_primitive_desc_t))

#define FX_FUNCTIONS_OF_3(each) \
  each(int, dnnl_memory_desc_create_with_strides, \
       (dnnl_memory_desc_t *, int, const int64_t *, int, const int64_t *)) \
  each(int, dnnl_memory_desc_create_with_tag, \
       (dnnl_memory_desc_t *, int, const int64_t *, int, int)) \
  each(int, dnnl_memory_desc_destroy, (dnnl_memory_desc_t)) \
  each(int, dnnl_convolution_forward_primitive_desc_create, \
       (dnnl_primitive_desc_t *, dnnl_engine_t, int, int, const struct dnnl_memory_desc *, \
        const struct dnnl_memory_desc *, const struct dnnl_memory_desc *, \
        const struct dnnl_memory_desc *, const int64_t *, const int64_t *, const int64_t *, \
        const int64_t *, dnnl_primitive_attr_t))

// Functions of the other version are null.
struct fx_onednn {
#define FX_FIELD(result, name, parameters) result(*name) parameters;
  FX_COMMON_FUNCTIONS(FX_FIELD)
  FX_FUNCTIONS_OF_2(FX_FIELD)
  FX_FUNCTIONS_OF_3(FX_FIELD)
#undef FX_FIELD
  // Null in a library that was built without threads.
  int (*omp_get_max_threads)(void);
  void (*omp_set_num_threads)(int);
  dnnl_engine_t engine;
  const char *name;
  int version[3];
};

// Describes a tensor of floats that lies by strides; with null for those, by a format's tag. Returns
// null where that fails.
dnnl_memory_desc_t fx_describe(
    const fx_onednn *library, int rank, const int64_t *sizes, const int64_t *strides, int tag);

void fx_description_destroy(const fx_onednn *library, dnnl_memory_desc_t description);

// The operands and steps of a convolution.
typedef struct {
  const struct dnnl_memory_desc *source, *weight, *bias, *result;
  dnnl_dims_t stride, gaps, start, end;
} fx_convolution_operands;

// Describes a forward convolution; null where the library has no code for it.
dnnl_primitive_desc_t fx_describe_convolution(
    const fx_onednn *library, const fx_convolution_operands *operands,
    dnnl_primitive_attr_t attributes);

// Keeps the library on the calling thread, and gives back the number of threads that OpenMP had.
static inline int fx_enter(const fx_onednn *library) {
  if (!library->omp_get_max_threads) return 1;
  int threads = library->omp_get_max_threads();
  if (threads != 1) library->omp_set_num_threads(1);
  return threads;
}

static inline void fx_leave(const fx_onednn *library, int threads) {
  if (threads != 1) library->omp_set_num_threads(threads);
}

#endif
