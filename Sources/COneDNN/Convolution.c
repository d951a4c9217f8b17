#include "Library.h"

#if FX_HAS_ONEDNN

#include <stdlib.h>
#include <string.h>

#include "COneDNN.h"

// An operand: how it lies for the caller, how the convolution wants it, and what moves it there.
typedef struct {
  dnnl_memory_desc_t given, wanted;
  // Null where it already lies as wanted.
  dnnl_primitive_t reorder;
  // What the reorder needs for itself.
  dnnl_memory_desc_t scratchpad;
} operand;

struct fx_convolution {
  dnnl_primitive_t primitive;
  operand source, weight, result;
  dnnl_memory_desc_t bias, scratchpad;
  bool has_bias;
};

// Puts the dimensions in front of the spatial ones and these together, and returns how many they are.
static int dimensions(
    dnnl_dims_t sizes, const int64_t *front, int count, const int64_t *spatial, int rank) {
  memcpy(sizes, front, sizeof(int64_t) * (size_t)count);
  memcpy(sizes + count, spatial, sizeof(int64_t) * (size_t)rank);
  return count + rank;
}

static void contiguous_strides(const dnnl_dims_t sizes, int rank, dnnl_dims_t strides) {
  int64_t step = 1;
  for (int axis = rank - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= sizes[axis] > 1 ? sizes[axis] : 1;
  }
}

// Describes how an operand lies, and leaves open how it is wanted.
static bool describe(
    const fx_library *library, operand *operand, const dnnl_dims_t sizes,
    const dnnl_dims_t strides, int rank) {
  return library->dnnl_memory_desc_init_by_strides(
             &operand->given, rank, sizes, dnnl_f32, strides) == dnnl_success &&
         library->dnnl_memory_desc_init_by_tag(
             &operand->wanted, rank, sizes, dnnl_f32, dnnl_format_tag_any) == dnnl_success;
}

static bool make_primitive(
    const fx_library *library, dnnl_primitive_desc_t description, dnnl_primitive_t *primitive) {
  bool is_made = library->dnnl_primitive_create(primitive, description) == dnnl_success;
  library->dnnl_primitive_desc_destroy(description);
  return is_made;
}

// Makes attributes by which a primitive takes its scratchpad from the caller; null where that fails.
//
// Memory of the library's own would be that of the thread which made the primitive, and others run
// it too.
static dnnl_primitive_attr_t make_attributes(const fx_library *library) {
  dnnl_primitive_attr_t attributes;
  if (library->dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  if (library->dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) ==
      dnnl_success) {
    return attributes;
  }
  library->dnnl_primitive_attr_destroy(attributes);
  return NULL;
}

// Returns what a primitive needs for itself; empty where that is nothing.
static dnnl_memory_desc_t scratchpad_of(
    const fx_library *library, dnnl_primitive_desc_t description) {
  const dnnl_memory_desc_t *scratchpad =
      library->dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  dnnl_memory_desc_t empty = {0};
  return scratchpad ? *scratchpad : empty;
}

// Notes how a description wants an operand, and makes what moves it there or back.
static bool choose(
    const fx_library *library, operand *operand, dnnl_primitive_desc_t description,
    dnnl_query_t query, bool is_result) {
  const dnnl_memory_desc_t *wanted = library->dnnl_primitive_desc_query_md(description, query, 0);
  if (!wanted) return false;
  operand->wanted = *wanted;
  if (library->dnnl_memory_desc_equal(&operand->given, wanted)) return true;
  dnnl_primitive_desc_t reorder;
  const dnnl_memory_desc_t *from = is_result ? wanted : &operand->given;
  const dnnl_memory_desc_t *to = is_result ? &operand->given : wanted;
  dnnl_engine_t engine = library->engine;
  dnnl_primitive_attr_t attributes = make_attributes(library);
  if (!attributes) return false;
  dnnl_status_t status = library->dnnl_reorder_primitive_desc_create(
      &reorder, from, engine, to, engine, attributes);
  library->dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return false;
  operand->scratchpad = scratchpad_of(library, reorder);
  return make_primitive(library, reorder, &operand->reorder);
}

// Describes the convolution; null where the library has only slow code for it.
static dnnl_primitive_desc_t fast_description(
    const fx_library *library, const dnnl_convolution_desc_t *wanted) {
  dnnl_primitive_attr_t attributes = make_attributes(library);
  if (!attributes) return NULL;
  dnnl_primitive_desc_t description;
  dnnl_status_t status = library->dnnl_primitive_desc_create(
      &description, wanted, attributes, library->engine, NULL);
  library->dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return NULL;
  const char *name = NULL;
  library->dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
  // Its products with columns are no better than FXKit's.
  if (name && !strstr(name, "gemm:") && strncmp(name, "ref", 3) != 0) return description;
  library->dnnl_primitive_desc_destroy(description);
  return NULL;
}

// Describes source, weight, result and bias.
static bool describe_operands(
    const fx_library *library, const fx_convolution_shape *shape, fx_convolution *convolution) {
  int rank = shape->spatial_rank;
  bool has_groups = shape->groups > 1;
  dnnl_dims_t sizes, strides;
  int64_t grouped[] = {shape->groups, shape->outputs, shape->channels};
  int count = dimensions(
      sizes, has_groups ? grouped : grouped + 1, has_groups ? 3 : 2, shape->kernel, rank);
  contiguous_strides(sizes, count, strides);
  if (!describe(library, &convolution->weight, sizes, strides, count)) return false;

  int64_t front[] = {shape->images, shape->groups * shape->channels};
  count = dimensions(sizes, front, 2, shape->input, rank);
  memcpy(strides, shape->source_strides, sizeof shape->source_strides);
  if (!describe(library, &convolution->source, sizes, strides, count)) return false;

  front[1] = shape->groups * shape->outputs;
  count = dimensions(sizes, front, 2, shape->output, rank);
  memcpy(strides, shape->result_strides, sizeof shape->result_strides);
  if (!describe(library, &convolution->result, sizes, strides, count)) return false;

  convolution->has_bias = shape->has_bias;
  if (!shape->has_bias) return true;
  sizes[0] = front[1];
  return library->dnnl_memory_desc_init_by_tag(
             &convolution->bias, 1, sizes, dnnl_f32, dnnl_x) == dnnl_success;
}

// Describes the convolution of described operands; null where the library has no fast code for it.
static dnnl_primitive_desc_t describe_convolution(
    const fx_library *library, const fx_convolution_shape *shape,
    const fx_convolution *convolution) {
  dnnl_dims_t stride, gaps, start, end;
  for (int axis = 0; axis < shape->spatial_rank; axis++) {
    stride[axis] = shape->stride[axis];
    gaps[axis] = shape->dilation[axis] - 1;
    start[axis] = shape->padding[axis];
    // How far the last window reaches beyond the input, which may be less than the padding.
    end[axis] = (shape->output[axis] - 1) * shape->stride[axis] +
                shape->dilation[axis] * (shape->kernel[axis] - 1) + 1 - shape->input[axis] -
                shape->padding[axis];
  }
  dnnl_convolution_desc_t wanted;
  dnnl_status_t status = library->dnnl_dilated_convolution_forward_desc_init(
      &wanted, dnnl_forward_inference, dnnl_convolution_direct, &convolution->source.wanted,
      &convolution->weight.wanted, shape->has_bias ? &convolution->bias : NULL,
      &convolution->result.wanted, stride, gaps, start, end);
  return status == dnnl_success ? fast_description(library, &wanted) : NULL;
}

static bool prepare(
    const fx_library *library, const fx_convolution_shape *shape, fx_convolution *convolution) {
  if (!describe_operands(library, shape, convolution)) return false;
  dnnl_primitive_desc_t description = describe_convolution(library, shape, convolution);
  if (!description) return false;
  convolution->scratchpad = scratchpad_of(library, description);
  bool is_chosen =
      choose(library, &convolution->source, description, dnnl_query_src_md, false) &&
      choose(library, &convolution->weight, description, dnnl_query_weights_md, false) &&
      choose(library, &convolution->result, description, dnnl_query_dst_md, true);
  if (is_chosen) return make_primitive(library, description, &convolution->primitive);
  library->dnnl_primitive_desc_destroy(description);
  return false;
}

fx_convolution *fx_convolution_create(const fx_convolution_shape *shape) {
  const fx_library *library = fx_onednn_library();
  if (!library) return NULL;
  fx_convolution *convolution = calloc(1, sizeof *convolution);
  if (!convolution) return NULL;
  int threads = fx_enter(library);
  bool is_prepared = prepare(library, shape, convolution);
  fx_leave(library, threads);
  if (is_prepared) return convolution;
  fx_convolution_destroy(convolution);
  return NULL;
}

void fx_convolution_destroy(fx_convolution *convolution) {
  const fx_library *library = fx_onednn_library();
  if (!library || !convolution) return;
  dnnl_primitive_t primitives[] = {
      convolution->primitive, convolution->source.reorder, convolution->weight.reorder,
      convolution->result.reorder};
  for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++) {
    if (primitives[i]) library->dnnl_primitive_destroy(primitives[i]);
  }
  free(convolution);
}

// Three operands as they are given and as they are wanted, a bias, and a scratchpad for each of four
// primitives.
#define MOST_MEMORIES 11

// What one run needs of the library.
typedef struct {
  const fx_library *library;
  dnnl_stream_t stream;
  dnnl_memory_t memories[MOST_MEMORIES];
  int count;
  bool has_failed;
} run;

static dnnl_memory_t memory(run *run, const dnnl_memory_desc_t *description, const void *bytes) {
  dnnl_memory_t made = NULL;
  if (run->count == MOST_MEMORIES ||
      run->library->dnnl_memory_create(
          &made, description, run->library->engine, (void *)bytes) != dnnl_success) {
    run->has_failed = true;
    return NULL;
  }
  run->memories[run->count++] = made;
  return made;
}

static void execute(
    run *run, dnnl_primitive_t primitive, const dnnl_exec_arg_t *arguments, int count) {
  if (run->has_failed) return;
  run->has_failed =
      run->library->dnnl_primitive_execute(primitive, run->stream, count, arguments) !=
      dnnl_success;
}

static void reorder(
    run *run, const operand *operand, dnnl_memory_t from, dnnl_memory_t to, void *scratchpad) {
  dnnl_memory_t own = memory(run, &operand->scratchpad, scratchpad);
  dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, own}};
  execute(run, operand->reorder, arguments, 3);
}

static size_t padded(const fx_library *library, const dnnl_memory_desc_t *description) {
  return (library->dnnl_memory_desc_get_size(description) + 63) / 64 * 64;
}

// Takes the next part of the scratch for an operand that has to be moved.
static char *take(const fx_library *library, const operand *operand, char **rest) {
  char *part = *rest;
  if (operand->reorder) *rest += padded(library, &operand->wanted);
  return part;
}

static void compute(
    run *run, const fx_convolution *convolution, char *rest, const float *source,
    const float *weight, const float *bias, float *result) {
  const fx_library *library = run->library;
  char *source_part = take(library, &convolution->source, &rest);
  char *weight_part = take(library, &convolution->weight, &rest);
  char *result_part = take(library, &convolution->result, &rest);
  dnnl_memory_t given_source = memory(run, &convolution->source.given, source);
  dnnl_memory_t given_weight = memory(run, &convolution->weight.given, weight);
  dnnl_memory_t given_result = memory(run, &convolution->result.given, result);
  dnnl_memory_t own_source = given_source, own_weight = given_weight, own_result = given_result;
  if (convolution->source.reorder) {
    own_source = memory(run, &convolution->source.wanted, source_part);
    reorder(run, &convolution->source, given_source, own_source, rest);
  }
  if (convolution->weight.reorder) {
    own_weight = memory(run, &convolution->weight.wanted, weight_part);
    reorder(run, &convolution->weight, given_weight, own_weight, rest);
  }
  if (convolution->result.reorder) {
    own_result = memory(run, &convolution->result.wanted, result_part);
  }
  dnnl_memory_t scratchpad = memory(run, &convolution->scratchpad, rest);
  dnnl_memory_t own_bias = NULL;
  if (convolution->has_bias) own_bias = memory(run, &convolution->bias, bias);
  dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, own_source}, {DNNL_ARG_WEIGHTS, own_weight}, {DNNL_ARG_DST, own_result},
      {DNNL_ARG_SCRATCHPAD, scratchpad}, {DNNL_ARG_BIAS, own_bias}};
  execute(run, convolution->primitive, arguments, convolution->has_bias ? 5 : 4);
  if (convolution->result.reorder) {
    reorder(run, &convolution->result, own_result, given_result, rest);
  }
}

size_t fx_convolution_scratch_size(const fx_convolution *convolution) {
  const fx_library *library = fx_onednn_library();
  if (!library) return 0;
  // The scratchpad is that of one primitive after the other.
  size_t scratchpad = padded(library, &convolution->scratchpad), size = 0;
  const operand *operands[] = {&convolution->source, &convolution->weight, &convolution->result};
  for (int i = 0; i < 3; i++) {
    if (!operands[i]->reorder) continue;
    size += padded(library, &operands[i]->wanted);
    size_t own = padded(library, &operands[i]->scratchpad);
    if (own > scratchpad) scratchpad = own;
  }
  return size + scratchpad;
}

bool fx_convolution_run(
    const fx_convolution *convolution, const float *source, const float *weight,
    const float *bias, float *result, void *scratch) {
  const fx_library *library = fx_onednn_library();
  if (!library) return false;
  int threads = fx_enter(library);
  run run = {.library = library};
  run.has_failed =
      library->dnnl_stream_create(&run.stream, library->engine, dnnl_stream_default_flags) !=
      dnnl_success;
  if (!run.has_failed) {
    compute(&run, convolution, scratch, source, weight, bias, result);
    for (int i = 0; i < run.count; i++) library->dnnl_memory_destroy(run.memories[i]);
    library->dnnl_stream_destroy(run.stream);
  }
  fx_leave(library, threads);
  return !run.has_failed;
}

#endif
