#include "Library.h"

#if !FX_HAS_ONEDNN

#include "COneDNN.h"

bool fx_onednn_is_available(void) { return false; }

bool fx_onednn_sgemm(
    bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t stride_a, const float *b, int64_t stride_b, float beta, float *c,
    int64_t stride_c) {
  return false;
}

fx_convolution *fx_convolution_create(const fx_convolution_shape *shape) { return NULL; }

size_t fx_convolution_scratch_size(const fx_convolution *convolution) { return 0; }

bool fx_convolution_run(
    const fx_convolution *convolution, const float *source, const float *weight,
    const float *bias, float *result, void *scratch) {
  return false;
}

void fx_convolution_destroy(fx_convolution *convolution) {}

#endif
