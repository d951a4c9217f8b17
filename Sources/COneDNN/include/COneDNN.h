// The part of oneDNN that FXKit uses: products of float matrices and convolutions.
//
// The library is opened at the first use (libdnnl.so.3, libdnnl.so.2), so that programs start without
// it and run where it is not installed; neither is needed to build. Every call runs on the calling
// thread alone: FXKit divides work among threads itself. All functions may be called from several
// threads at the same time.
//
// The calls of oneDNN stand in C because its functions are looked up by name and take arrays of fixed
// size, for which Swift has no convenient form.

#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An opened library, which stays open.
typedef struct fx_onednn fx_onednn;

#define FX_NEWEST_ONEDNN 3
#define FX_OLDEST_ONEDNN 2

// Returns the library of a major version; null where it is not installed or can't be used. The first
// call opens it.
const fx_onednn *fx_onednn_find(int major);

// The whole version, three numbers, and the name by which a library was opened.
const int *fx_onednn_version(const fx_onednn *library);
const char *fx_onednn_name(const fx_onednn *library);

// C := alpha op(A) op(B) + beta C, row by row; op transposes where the flag says so. Returns false,
// with nothing done, where the library refuses.
bool fx_onednn_sgemm(
    const fx_onednn *library, bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
    float alpha, const float *a, int64_t stride_a, const float *b, int64_t stride_b, float beta,
    float *c, int64_t stride_c);

#define FX_MOST_SPATIAL 3

// A convolution of float32 tensors: the source (images, groups * channels, spatial…), the weight
// (groups * outputs, channels, spatial…), the result (images, groups * outputs, spatial…).
typedef struct {
  int32_t spatial_rank;
  int32_t has_bias;
  int64_t images, groups, channels, outputs;
  int64_t input[FX_MOST_SPATIAL], kernel[FX_MOST_SPATIAL], output[FX_MOST_SPATIAL];
  int64_t stride[FX_MOST_SPATIAL], dilation[FX_MOST_SPATIAL], padding[FX_MOST_SPATIAL];
  // The strides of source and result, in elements; the weight is contiguous.
  int64_t source_strides[FX_MOST_SPATIAL + 2], result_strides[FX_MOST_SPATIAL + 2];
} fx_convolution_shape;

typedef struct fx_convolution fx_convolution;

// Prepares a convolution; null where the library has no fast code for it.
fx_convolution *fx_convolution_create(
    const fx_onednn *library, const fx_convolution_shape *shape);

// The bytes that a run needs for intermediate results.
size_t fx_convolution_scratch_size(const fx_convolution *convolution);

// Computes a convolution; `scratch` is aligned to 64 bytes and for this run alone. Returns false, with
// an undefined result, where the library fails.
bool fx_convolution_run(
    const fx_convolution *convolution, const float *source, const float *weight,
    const float *bias, float *result, void *scratch);

void fx_convolution_destroy(fx_convolution *convolution);

#endif
