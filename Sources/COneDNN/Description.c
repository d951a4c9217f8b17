// How tensors and convolutions are described, in which the versions of oneDNN differ.

#include <stdlib.h>

#include "Library.h"

// The structures of version 2 have 696 and 5976 bytes; its versions share one binary interface.
#define BYTES_OF_MEMORY_DESC_2 1024
#define BYTES_OF_CONVOLUTION_DESC_2 8192

dnnl_memory_desc_t fx_describe(
    const fx_onednn *library, int rank, const int64_t *sizes, const int64_t *strides, int tag) {
  dnnl_memory_desc_t made = NULL;
  int status;
  if (library->version[0] == 2) {
    made = calloc(1, BYTES_OF_MEMORY_DESC_2);
    if (!made) return NULL;
    status =
        strides
            ? library->dnnl_memory_desc_init_by_strides(made, rank, sizes, dnnl_f32, strides)
            : library->dnnl_memory_desc_init_by_tag(made, rank, sizes, dnnl_f32, tag);
    if (status != dnnl_success) free(made);
  } else {
    status =
        strides
            ? library->dnnl_memory_desc_create_with_strides(&made, rank, sizes, dnnl_f32, strides)
            : library->dnnl_memory_desc_create_with_tag(&made, rank, sizes, dnnl_f32, tag);
  }
  return status == dnnl_success ? made : NULL;
}

void fx_description_destroy(const fx_onednn *library, dnnl_memory_desc_t description) {
  if (!description) return;
  if (library->version[0] == 2) {
    free(description);
  } else {
    library->dnnl_memory_desc_destroy(description);
  }
}

dnnl_primitive_desc_t fx_describe_convolution(
    const fx_onednn *library, const fx_convolution_operands *operands,
    dnnl_primitive_attr_t attributes) {
  dnnl_primitive_desc_t made = NULL;
  int status;
  if (library->version[0] == 2) {
    _Alignas(16) char wanted[BYTES_OF_CONVOLUTION_DESC_2];
    status = library->dnnl_dilated_convolution_forward_desc_init(
        wanted, dnnl_forward_inference, dnnl_convolution_direct, operands->source,
        operands->weight, operands->bias, operands->result, operands->stride, operands->gaps,
        operands->start, operands->end);
    if (status != dnnl_success) return NULL;
    status = library->dnnl_primitive_desc_create(&made, wanted, attributes, library->engine, NULL);
  } else {
    status = library->dnnl_convolution_forward_primitive_desc_create(
        &made, library->engine, dnnl_forward_inference, dnnl_convolution_direct,
        operands->source, operands->weight, operands->bias, operands->result, operands->stride,
        operands->gaps, operands->start, operands->end, attributes);
  }
  return status == dnnl_success ? made : NULL;
}
