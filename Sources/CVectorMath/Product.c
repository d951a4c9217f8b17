// Products of matrices, for machines without a library that has them.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "CVectorMath.h"
#include "Inline.h"

// Blocks of A stay in the second cache, those of B in it or the third. Rows and columns are multiples
// of those of all kernels.
#define FX_BLOCK_ROWS 96
#define FX_BLOCK_DEPTH 256
#define FX_BLOCK_COLUMNS 512

// Blocks on the stack, for the case that memory is short.
#define FX_SPARE_ROWS 24
#define FX_SPARE_DEPTH 32
#define FX_SPARE_COLUMNS 64

#if defined(__x86_64__)
#define FX_HAS_GENERATIONS 1

// The generation of x86-64 that the processor is: 4 with AVX-512, 3 with AVX2, else 1.
static int fx_generation(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd")) {
    return 4;
  }
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 3 : 1;
}
#endif

#define FX_REAL float
#define FX_NAMED(stem) stem##_of_float
#include "ProductKernel.h"
#undef FX_REAL
#undef FX_NAMED

#define FX_REAL double
#define FX_NAMED(stem) stem##_of_double
#include "ProductKernel.h"
