// Products and triangular systems by CBLAS, which takes real scalars by value and complex ones by address.

#include "Library.h"

#define FX_FLOAT(scalar) (*(const float *)(scalar))
#define FX_DOUBLE_OF(scalar) (*(const double *)(scalar))
#define FX_ADDRESS(scalar) (scalar)

// Makes the call of FX_CALL for the type of elements, with scalars as it takes them.
#define FX_SWITCH \
  switch (element) { \
    case FX_SINGLE: FX_CALL(s, FX_FLOAT); break; \
    case FX_DOUBLE: FX_CALL(d, FX_DOUBLE_OF); break; \
    case FX_COMPLEX: FX_CALL(c, FX_ADDRESS); break; \
    case FX_DOUBLE_COMPLEX: FX_CALL(z, FX_ADDRESS); break; \
  }

static fx_cblas transposed(bool flag) { return flag ? fx_transpose : fx_no_transpose; }

void fx_gemm(
    const fx_openblas *library, fx_element element, bool transpose_a, bool transpose_b, int32_t m,
    int32_t n, int32_t k, const void *alpha, const void *a, int32_t lda, const void *b, int32_t ldb,
    const void *beta, void *c, int32_t ldc) {
#define FX_CALL(letter, scalar) \
  library->letter##gemm( \
      fx_row_major, transposed(transpose_a), transposed(transpose_b), m, n, k, scalar(alpha), a, \
      lda, b, ldb, scalar(beta), c, ldc)
  FX_SWITCH
#undef FX_CALL
}

void fx_gemv(
    const fx_openblas *library, fx_element element, bool transpose, int32_t m, int32_t n,
    const void *alpha, const void *a, int32_t lda, const void *x, int32_t step_x, const void *beta,
    void *y, int32_t step_y) {
#define FX_CALL(letter, scalar) \
  library->letter##gemv( \
      fx_row_major, transposed(transpose), m, n, scalar(alpha), a, lda, x, step_x, scalar(beta), y, \
      step_y)
  FX_SWITCH
#undef FX_CALL
}

void fx_trsm(
    const fx_openblas *library, fx_element element, char side, char triangle, char operation,
    char diagonal, int32_t m, int32_t n, const void *alpha, const void *a, int32_t lda, void *b,
    int32_t ldb) {
  fx_cblas operations =
      operation == 'N' ? fx_no_transpose : operation == 'T' ? fx_transpose : fx_adjoint;
#define FX_CALL(letter, scalar) \
  library->letter##trsm( \
      fx_column_major, side == 'L' ? fx_left : fx_right, triangle == 'U' ? fx_upper : fx_lower, \
      operations, diagonal == 'U' ? fx_unit : fx_non_unit, m, n, scalar(alpha), a, lda, b, ldb)
  FX_SWITCH
#undef FX_CALL
}
