// LAPACK's routines: arguments by address, and a length of 1 for each letter.

#include "Library.h"

// Calls a routine for the type of elements; names of real and complex routines may differ.
#define FX_CALL(real, complex, ...) \
  switch (element) { \
    case FX_SINGLE: library->s##real(__VA_ARGS__); break; \
    case FX_DOUBLE: library->d##real(__VA_ARGS__); break; \
    case FX_COMPLEX: library->c##complex(__VA_ARGS__); break; \
    case FX_DOUBLE_COMPLEX: library->z##complex(__VA_ARGS__); break; \
  }

int32_t fx_getrf(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    int32_t *pivots) {
  int32_t info = 0;
  FX_CALL(getrf, getrf, &m, &n, a, &lda, pivots, &info)
  return info;
}

int32_t fx_getrs(
    const fx_openblas *library, fx_element element, char operation, int32_t n, int32_t count,
    const void *a, int32_t lda, const int32_t *pivots, void *b, int32_t ldb) {
  int32_t info = 0;
  FX_CALL(getrs, getrs, &operation, &n, &count, a, &lda, pivots, b, &ldb, &info, 1)
  return info;
}

int32_t fx_potrf(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, void *a, int32_t lda) {
  int32_t info = 0;
  FX_CALL(potrf, potrf, &triangle, &n, a, &lda, &info, 1)
  return info;
}

int32_t fx_potri(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, void *a, int32_t lda) {
  int32_t info = 0;
  FX_CALL(potri, potri, &triangle, &n, a, &lda, &info, 1)
  return info;
}

int32_t fx_potrs(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, int32_t count,
    const void *a, int32_t lda, void *b, int32_t ldb) {
  int32_t info = 0;
  FX_CALL(potrs, potrs, &triangle, &n, &count, a, &lda, b, &ldb, &info, 1)
  return info;
}

int32_t fx_sytrf(
    const fx_openblas *library, fx_element element, bool is_hermitian, char triangle, int32_t n,
    void *a, int32_t lda, int32_t *pivots, void *work, int32_t length) {
  int32_t info = 0;
  if (is_hermitian) {
    FX_CALL(sytrf, hetrf, &triangle, &n, a, &lda, pivots, work, &length, &info, 1)
  } else {
    FX_CALL(sytrf, sytrf, &triangle, &n, a, &lda, pivots, work, &length, &info, 1)
  }
  return info;
}

int32_t fx_sytrs(
    const fx_openblas *library, fx_element element, bool is_hermitian, char triangle, int32_t n,
    int32_t count, const void *a, int32_t lda, const int32_t *pivots, void *b, int32_t ldb) {
  int32_t info = 0;
  if (is_hermitian) {
    FX_CALL(sytrs, hetrs, &triangle, &n, &count, a, &lda, pivots, b, &ldb, &info, 1)
  } else {
    FX_CALL(sytrs, sytrs, &triangle, &n, &count, a, &lda, pivots, b, &ldb, &info, 1)
  }
  return info;
}

int32_t fx_geqrf(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    void *tau, void *work, int32_t length) {
  int32_t info = 0;
  FX_CALL(geqrf, geqrf, &m, &n, a, &lda, tau, work, &length, &info)
  return info;
}

int32_t fx_orgqr(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t k, void *a,
    int32_t lda, const void *tau, void *work, int32_t length) {
  int32_t info = 0;
  FX_CALL(orgqr, ungqr, &m, &n, &k, a, &lda, tau, work, &length, &info)
  return info;
}

int32_t fx_ormqr(
    const fx_openblas *library, fx_element element, char side, char operation, int32_t m, int32_t n,
    int32_t k, const void *a, int32_t lda, const void *tau, void *c, int32_t ldc, void *work,
    int32_t length) {
  int32_t info = 0;
  FX_CALL(
      ormqr, unmqr, &side, &operation, &m, &n, &k, a, &lda, tau, c, &ldc, work, &length, &info, 1, 1)
  return info;
}

int32_t fx_gels(
    const fx_openblas *library, fx_element element, char operation, int32_t m, int32_t n,
    int32_t count, void *a, int32_t lda, void *b, int32_t ldb, void *work, int32_t length) {
  int32_t info = 0;
  FX_CALL(gels, gels, &operation, &m, &n, &count, a, &lda, b, &ldb, work, &length, &info, 1)
  return info;
}

int32_t fx_gelsy(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t count, void *a,
    int32_t lda, void *b, int32_t ldb, int32_t *pivots, double tolerance, int32_t *rank, void *work,
    int32_t length, void *reals) {
  int32_t info = 0;
  float narrow = (float)tolerance;
#define FX_ARGUMENTS(limit) &m, &n, &count, a, &lda, b, &ldb, pivots, limit, rank, work, &length
  switch (element) {
    case FX_SINGLE: library->sgelsy(FX_ARGUMENTS(&narrow), &info); break;
    case FX_DOUBLE: library->dgelsy(FX_ARGUMENTS(&tolerance), &info); break;
    case FX_COMPLEX: library->cgelsy(FX_ARGUMENTS(&narrow), reals, &info); break;
    case FX_DOUBLE_COMPLEX: library->zgelsy(FX_ARGUMENTS(&tolerance), reals, &info); break;
  }
#undef FX_ARGUMENTS
  return info;
}

int32_t fx_gelss(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t count, void *a,
    int32_t lda, void *b, int32_t ldb, void *values, double tolerance, int32_t *rank, void *work,
    int32_t length, void *reals) {
  int32_t info = 0;
  float narrow = (float)tolerance;
#define FX_ARGUMENTS(limit) &m, &n, &count, a, &lda, b, &ldb, values, limit, rank, work, &length
  switch (element) {
    case FX_SINGLE: library->sgelss(FX_ARGUMENTS(&narrow), &info); break;
    case FX_DOUBLE: library->dgelss(FX_ARGUMENTS(&tolerance), &info); break;
    case FX_COMPLEX: library->cgelss(FX_ARGUMENTS(&narrow), reals, &info); break;
    case FX_DOUBLE_COMPLEX: library->zgelss(FX_ARGUMENTS(&tolerance), reals, &info); break;
  }
#undef FX_ARGUMENTS
  return info;
}

int32_t fx_syevd(
    const fx_openblas *library, fx_element element, char job, char triangle, int32_t n, void *a,
    int32_t lda, void *values, void *work, int32_t length, void *reals, int32_t real_count,
    int32_t *integers, int32_t integer_count) {
  int32_t info = 0;
#define FX_MATRIX &job, &triangle, &n, a, &lda, values, work, &length
#define FX_INTEGERS integers, &integer_count, &info, 1, 1
  switch (element) {
    case FX_SINGLE: library->ssyevd(FX_MATRIX, FX_INTEGERS); break;
    case FX_DOUBLE: library->dsyevd(FX_MATRIX, FX_INTEGERS); break;
    case FX_COMPLEX: library->cheevd(FX_MATRIX, reals, &real_count, FX_INTEGERS); break;
    case FX_DOUBLE_COMPLEX: library->zheevd(FX_MATRIX, reals, &real_count, FX_INTEGERS); break;
  }
#undef FX_MATRIX
#undef FX_INTEGERS
  return info;
}

int32_t fx_geev(
    const fx_openblas *library, fx_element element, char job, int32_t n, void *a, int32_t lda,
    void *values, void *imaginary, void *vectors, int32_t ldv, void *work, int32_t length,
    void *reals) {
  int32_t info = 0;
  char none = 'N';
  // Left vectors, which are not asked for, still need a leading dimension.
#define FX_VECTORS a, &lda, vectors, &ldv, work, &length
#define FX_REAL(letter) \
  library->letter##geev( \
      &none, &job, &n, a, &lda, values, imaginary, FX_VECTORS, &info, 1, 1)
#define FX_NOT_REAL(letter) \
  library->letter##geev(&none, &job, &n, a, &lda, values, FX_VECTORS, reals, &info, 1, 1)
  switch (element) {
    case FX_SINGLE: FX_REAL(s); break;
    case FX_DOUBLE: FX_REAL(d); break;
    case FX_COMPLEX: FX_NOT_REAL(c); break;
    case FX_DOUBLE_COMPLEX: FX_NOT_REAL(z); break;
  }
#undef FX_VECTORS
#undef FX_REAL
#undef FX_NOT_REAL
  return info;
}

int32_t fx_gesdd(
    const fx_openblas *library, fx_element element, char job, int32_t m, int32_t n, void *a,
    int32_t lda, void *values, void *u, int32_t ldu, void *v, int32_t ldv, void *work,
    int32_t length, void *reals, int32_t *integers) {
  int32_t info = 0;
#define FX_ARGUMENTS &job, &m, &n, a, &lda, values, u, &ldu, v, &ldv, work, &length
  switch (element) {
    case FX_SINGLE: library->sgesdd(FX_ARGUMENTS, integers, &info, 1); break;
    case FX_DOUBLE: library->dgesdd(FX_ARGUMENTS, integers, &info, 1); break;
    case FX_COMPLEX: library->cgesdd(FX_ARGUMENTS, reals, integers, &info, 1); break;
    case FX_DOUBLE_COMPLEX: library->zgesdd(FX_ARGUMENTS, reals, integers, &info, 1); break;
  }
#undef FX_ARGUMENTS
  return info;
}

int32_t fx_gebrd(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    void *values, void *besides, void *left, void *right, void *work, int32_t length) {
  int32_t info = 0;
  FX_CALL(gebrd, gebrd, &m, &n, a, &lda, values, besides, left, right, work, &length, &info)
  return info;
}

int32_t fx_orgbr(
    const fx_openblas *library, fx_element element, char which, int32_t m, int32_t n, int32_t k,
    void *a, int32_t lda, const void *tau, void *work, int32_t length) {
  int32_t info = 0;
  FX_CALL(orgbr, ungbr, &which, &m, &n, &k, a, &lda, tau, work, &length, &info, 1)
  return info;
}

int32_t fx_bdsqr(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, int32_t columns,
    int32_t rows, void *values, void *besides, void *v, int32_t ldv, void *u, int32_t ldu,
    void *reals) {
  int32_t info = 0;
  // No third matrix is changed.
  int32_t none = 0, one = 1;
  FX_CALL(
      bdsqr, bdsqr, &triangle, &n, &columns, &rows, &none, values, besides, v, &ldv, u, &ldu, v,
      &one, reals, &info, 1)
  return info;
}
