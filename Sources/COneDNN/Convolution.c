#include <stdlib.h>
#include <string.h>

#include "Library.h"

// An operand: how it lies for the caller, how the convolution wants it, and what moves it there.
typedef struct {
  dnnl_memory_desc_t given;
  // Part of the convolution's description; of the operand's own where it is not chosen yet.
  const struct dnnl_memory_desc *wanted;
  // Null where it already lies as wanted.
  dnnl_primitive_t reorder;
  dnnl_primitive_desc_t reorder_description;
  // What the reorder needs for itself; part of its description.
  const struct dnnl_memory_desc *scratchpad;
} operand;

struct fx_convolution {
  const fx_onednn *library;
  dnnl_primitive_t primitive;
  // It stays, since how operands are wanted is part of it.
  dnnl_primitive_desc_t description;
  operand source, weight, result;
  // Null without a bias.
  dnnl_memory_desc_t bias;
  const struct dnnl_memory_desc *scratchpad;
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

// Describes how an operand lies, and returns a description that leaves open how it is wanted.
static dnnl_memory_desc_t describe(
    const fx_onednn *library, operand *operand, const dnnl_dims_t sizes,
    const dnnl_dims_t strides, int rank) {
  operand->given = fx_describe(library, rank, sizes, strides, 0);
  return fx_describe(library, rank, sizes, NULL, dnnl_format_tag_any);
}

// Makes attributes by which a primitive takes its scratchpad from the caller; null where that fails.
//
// Memory of the library's own would be that of the thread which made the primitive, and others run
// it too.
static dnnl_primitive_attr_t make_attributes(const fx_onednn *library) {
  dnnl_primitive_attr_t attributes;
  if (library->dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  if (library->dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) ==
      dnnl_success) {
    return attributes;
  }
  library->dnnl_primitive_attr_destroy(attributes);
  return NULL;
}

// Notes how the convolution wants an operand, and makes what moves it there or back.
static bool choose(fx_convolution *convolution, operand *operand, int query, bool is_result) {
  const fx_onednn *library = convolution->library;
  operand->wanted = library->dnnl_primitive_desc_query_md(convolution->description, query, 0);
  if (!operand->wanted) return false;
  if (library->dnnl_memory_desc_equal(operand->given, operand->wanted)) return true;
  const struct dnnl_memory_desc *from = is_result ? operand->wanted : operand->given;
  const struct dnnl_memory_desc *to = is_result ? operand->given : operand->wanted;
  dnnl_engine_t engine = library->engine;
  dnnl_primitive_attr_t attributes = make_attributes(library);
  if (!attributes) return false;
  int status = library->dnnl_reorder_primitive_desc_create(
      &operand->reorder_description, from, engine, to, engine, attributes);
  library->dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) {
    operand->reorder_description = NULL;
    return false;
  }
  operand->scratchpad = library->dnnl_primitive_desc_query_md(
      operand->reorder_description, dnnl_query_scratchpad_md, 0);
  return library->dnnl_primitive_create(&operand->reorder, operand->reorder_description) ==
         dnnl_success;
}

// Whether a description is of fast code: the library's products with columns are no better than
// FXKit's.
static bool is_fast(const fx_onednn *library, dnnl_primitive_desc_t description) {
  const char *name = NULL;
  library->dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
  return name && !strstr(name, "gemm:") && strncmp(name, "ref", 3) != 0;
}

// Describes source, weight, result and bias as they are given, and by `open` as they may be wanted.
static void describe_operands(
    const fx_convolution_shape *shape, fx_convolution *convolution, dnnl_memory_desc_t open[3]) {
  const fx_onednn *library = convolution->library;
  int rank = shape->spatial_rank;
  bool has_groups = shape->groups > 1;
  dnnl_dims_t sizes, strides;
  int64_t grouped[] = {shape->groups, shape->outputs, shape->channels};
  int count = dimensions(
      sizes, has_groups ? grouped : grouped + 1, has_groups ? 3 : 2, shape->kernel, rank);
  contiguous_strides(sizes, count, strides);
  open[1] = describe(library, &convolution->weight, sizes, strides, count);

  int64_t front[] = {shape->images, shape->groups * shape->channels};
  count = dimensions(sizes, front, 2, shape->input, rank);
  memcpy(strides, shape->source_strides, sizeof shape->source_strides);
  open[0] = describe(library, &convolution->source, sizes, strides, count);

  front[1] = shape->groups * shape->outputs;
  count = dimensions(sizes, front, 2, shape->output, rank);
  memcpy(strides, shape->result_strides, sizeof shape->result_strides);
  open[2] = describe(library, &convolution->result, sizes, strides, count);

  if (!shape->has_bias) return;
  sizes[0] = front[1];
  convolution->bias = fx_describe(library, 1, sizes, NULL, dnnl_x);
}

// Fills in the steps of a convolution.
static void fill_steps(const fx_convolution_shape *shape, fx_convolution_operands *operands) {
  for (int axis = 0; axis < shape->spatial_rank; axis++) {
    operands->stride[axis] = shape->stride[axis];
    operands->gaps[axis] = shape->dilation[axis] - 1;
    operands->start[axis] = shape->padding[axis];
    // How far the last window reaches beyond the input, which may be less than the padding.
    operands->end[axis] = (shape->output[axis] - 1) * shape->stride[axis] +
                          shape->dilation[axis] * (shape->kernel[axis] - 1) + 1 -
                          shape->input[axis] - shape->padding[axis];
  }
}

// Describes the convolution; null where the library has only slow code for it.
static dnnl_primitive_desc_t describe_convolution(
    const fx_convolution_shape *shape, fx_convolution *convolution) {
  const fx_onednn *library = convolution->library;
  dnnl_memory_desc_t open[3];
  describe_operands(shape, convolution, open);
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_attr_t attributes = make_attributes(library);
  if (attributes && open[0] && open[1] && open[2] && convolution->source.given &&
      convolution->weight.given && convolution->result.given &&
      (!shape->has_bias || convolution->bias)) {
    fx_convolution_operands operands = {
        .source = open[0], .weight = open[1], .bias = convolution->bias, .result = open[2]};
    fill_steps(shape, &operands);
    description = fx_describe_convolution(library, &operands, attributes);
  }
  if (attributes) library->dnnl_primitive_attr_destroy(attributes);
  for (int i = 0; i < 3; i++) fx_description_destroy(library, open[i]);
  if (!description || is_fast(library, description)) return description;
  library->dnnl_primitive_desc_destroy(description);
  return NULL;
}

static bool prepare(const fx_convolution_shape *shape, fx_convolution *convolution) {
  const fx_onednn *library = convolution->library;
  convolution->description = describe_convolution(shape, convolution);
  if (!convolution->description) return false;
  convolution->scratchpad = library->dnnl_primitive_desc_query_md(
      convolution->description, dnnl_query_scratchpad_md, 0);
  return choose(convolution, &convolution->source, dnnl_query_src_md, false) &&
         choose(convolution, &convolution->weight, dnnl_query_weights_md, false) &&
         choose(convolution, &convolution->result, dnnl_query_dst_md, true) &&
         library->dnnl_primitive_create(&convolution->primitive, convolution->description) ==
             dnnl_success;
}

fx_convolution *fx_convolution_create(
    const fx_onednn *library, const fx_convolution_shape *shape) {
  fx_convolution *convolution = calloc(1, sizeof *convolution);
  if (!convolution) return NULL;
  convolution->library = library;
  int threads = fx_enter(library);
  bool is_prepared = prepare(shape, convolution);
  fx_leave(library, threads);
  if (is_prepared) return convolution;
  fx_convolution_destroy(convolution);
  return NULL;
}

void fx_convolution_destroy(fx_convolution *convolution) {
  if (!convolution) return;
  const fx_onednn *library = convolution->library;
  operand *operands[] = {&convolution->source, &convolution->weight, &convolution->result};
  for (int i = 0; i < 3; i++) {
    if (operands[i]->reorder) library->dnnl_primitive_destroy(operands[i]->reorder);
    if (operands[i]->reorder_description) {
      library->dnnl_primitive_desc_destroy(operands[i]->reorder_description);
    }
    fx_description_destroy(library, operands[i]->given);
  }
  fx_description_destroy(library, convolution->bias);
  if (convolution->primitive) library->dnnl_primitive_destroy(convolution->primitive);
  if (convolution->description) library->dnnl_primitive_desc_destroy(convolution->description);
  free(convolution);
}

// Three operands as they are given and as they are wanted, a bias, and a scratchpad for each of four
// primitives.
#define MOST_MEMORIES 11

// What one run needs of the library.
typedef struct {
  const fx_onednn *library;
  dnnl_stream_t stream;
  dnnl_memory_t memories[MOST_MEMORIES];
  int count;
  bool has_failed;
} run;

static dnnl_memory_t memory(
    run *run, const struct dnnl_memory_desc *description, const void *bytes) {
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
  dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}, {0, NULL}};
  int count = 2;
  if (operand->scratchpad) {
    arguments[count].argument = DNNL_ARG_SCRATCHPAD;
    arguments[count++].memory = memory(run, operand->scratchpad, scratchpad);
  }
  execute(run, operand->reorder, arguments, count);
}

static size_t padded(const fx_onednn *library, const struct dnnl_memory_desc *description) {
  if (!description) return 0;
  return (library->dnnl_memory_desc_get_size(description) + 63) / 64 * 64;
}

// Takes the next part of the scratch for an operand that has to be moved.
static char *take(const fx_onednn *library, const operand *operand, char **rest) {
  char *part = *rest;
  if (operand->reorder) *rest += padded(library, operand->wanted);
  return part;
}

static void compute(
    run *run, const fx_convolution *convolution, char *rest, const float *source,
    const float *weight, const float *bias, float *result) {
  const fx_onednn *library = run->library;
  char *source_part = take(library, &convolution->source, &rest);
  char *weight_part = take(library, &convolution->weight, &rest);
  char *result_part = take(library, &convolution->result, &rest);
  dnnl_memory_t given_source = memory(run, convolution->source.given, source);
  dnnl_memory_t given_weight = memory(run, convolution->weight.given, weight);
  dnnl_memory_t given_result = memory(run, convolution->result.given, result);
  dnnl_memory_t own_source = given_source, own_weight = given_weight, own_result = given_result;
  if (convolution->source.reorder) {
    own_source = memory(run, convolution->source.wanted, source_part);
    reorder(run, &convolution->source, given_source, own_source, rest);
  }
  if (convolution->weight.reorder) {
    own_weight = memory(run, convolution->weight.wanted, weight_part);
    reorder(run, &convolution->weight, given_weight, own_weight, rest);
  }
  if (convolution->result.reorder) {
    own_result = memory(run, convolution->result.wanted, result_part);
  }
  dnnl_exec_arg_t arguments[5] = {
      {DNNL_ARG_SRC, own_source}, {DNNL_ARG_WEIGHTS, own_weight}, {DNNL_ARG_DST, own_result}};
  int count = 3;
  if (convolution->scratchpad) {
    arguments[count].argument = DNNL_ARG_SCRATCHPAD;
    arguments[count++].memory = memory(run, convolution->scratchpad, rest);
  }
  if (convolution->bias) {
    arguments[count].argument = DNNL_ARG_BIAS;
    arguments[count++].memory = memory(run, convolution->bias, bias);
  }
  execute(run, convolution->primitive, arguments, count);
  if (convolution->result.reorder) {
    reorder(run, &convolution->result, own_result, given_result, rest);
  }
}

size_t fx_convolution_scratch_size(const fx_convolution *convolution) {
  const fx_onednn *library = convolution->library;
  size_t own = padded(library, convolution->scratchpad), moved = 0;
  const operand *operands[] = {&convolution->source, &convolution->weight, &convolution->result};
  for (int i = 0; i < 3; i++) {
    if (!operands[i]->reorder) continue;
    moved += padded(library, operands[i]->wanted);
    // Primitives run one after the other and share what they need for themselves.
    size_t needed = padded(library, operands[i]->scratchpad);
    if (needed > own) own = needed;
  }
  return moved + own;
}

bool fx_convolution_run(
    const fx_convolution *convolution, const float *source, const float *weight,
    const float *bias, float *result, void *scratch) {
  const fx_onednn *library = convolution->library;
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
