#include "COpenBLASHeaders.h"

#include "Routines.h"

#define FX_SAME(function, result, parameters) \
  _Static_assert( \
      __builtin_types_compatible_p(__typeof__(function), result parameters), \
      "the prototype of " #function " differs from the header's");

#define FX_ONE(...) +1

#if __has_include(<cblas.h>)
#include <cblas.h>
#endif

// The reference implementation has a header of this name too, and there are headers of libraries that
// take integers of 64 bits, which are not opened.
#if defined(OPENBLAS_CONST) && !defined(OPENBLAS_USE64BITINT)
#define FX_COMPARE(letter, name, parameters) FX_SAME(cblas_##letter##name, void, parameters)
FX_CBLAS(FX_COMPARE)
#undef FX_COMPARE
#define FX_COMPARE(result, name, parameters) FX_SAME(name, result, parameters)
FX_OPENBLAS(FX_COMPARE)
#undef FX_COMPARE

_Static_assert(
    fx_row_major == CblasRowMajor && fx_column_major == CblasColMajor &&
        fx_no_transpose == CblasNoTrans && fx_transpose == CblasTrans &&
        fx_adjoint == CblasConjTrans && fx_upper == CblasUpper && fx_lower == CblasLower &&
        fx_non_unit == CblasNonUnit && fx_unit == CblasUnit && fx_left == CblasLeft &&
        fx_right == CblasRight,
    "CBLAS's enumerations have other numbers");

int fx_compared_cblas(void) { return 0 FX_CBLAS(FX_ONE) FX_OPENBLAS(FX_ONE); }
#else
int fx_compared_cblas(void) { return 0; }
#endif

#if __has_include(<lapack.h>)
#include <lapack.h>
#endif

// Without the lengths of strings, which older versions leave out, there is nothing to compare with.
#if defined(LAPACK_FORTRAN_STRLEN_END) && !defined(LAPACK_ILP64)
#define FX_COMPARE(letter, name, parameters) FX_SAME(letter##name##_, void, parameters)
FX_LAPACK(FX_COMPARE)
#undef FX_COMPARE

int fx_compared_lapack(void) { return 0 FX_LAPACK(FX_ONE); }
#else
int fx_compared_lapack(void) { return 0; }
#endif
