// The part of OpenBLAS that FXKit uses: products of matrices by its CBLAS, and LAPACK.
//
// The library is opened at the first use (libopenblas.so.0 and other names), so that programs start
// without it and run where it is not installed; no headers of it are needed to build. Routines are
// called by the prototypes of Routines.h, for one of four types of elements, with sizes by value. What
// LAPACK's routines return is their `info`: 0 for success.
//
// Only products by fx_gemm are row by row; all else lies column by column, as LAPACK has it.

#ifndef COPENBLAS_H
#define COPENBLAS_H

#include <stdbool.h>
#include <stdint.h>

// An opened library, which stays open.
typedef struct fx_openblas fx_openblas;

typedef enum { FX_SINGLE, FX_DOUBLE, FX_COMPLEX, FX_DOUBLE_COMPLEX } fx_element;

// Returns the library, with one thread; null where none is installed that can be used. The first call
// opens it.
const fx_openblas *fx_openblas_find(void);

// The name by which the library was opened, and what it says of itself:
// "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64".
const char *fx_openblas_name(const fx_openblas *library);
const char *fx_openblas_config(const fx_openblas *library);

// Whether a library that says this of itself takes integers of 64 bits, which is not how it is called.
bool fx_openblas_is_wide(const char *config);

// The name of a routine of LAPACK that the library lacks; null where it has all, without which none
// may be called. The first call looks them up.
const char *fx_openblas_missing_routine(const fx_openblas *library);

// Sets the number of threads of the whole process.
void fx_openblas_set_threads(const fx_openblas *library, int count);

// C := alpha op(A) op(B) + beta C, row by row; op transposes where the flag says so.
void fx_gemm(
    const fx_openblas *library, fx_element element, bool transpose_a, bool transpose_b, int32_t m,
    int32_t n, int32_t k, const void *alpha, const void *a, int32_t lda, const void *b, int32_t ldb,
    const void *beta, void *c, int32_t ldc);

// y := alpha op(A) x + beta y for A of m rows and n columns, row by row.
void fx_gemv(
    const fx_openblas *library, fx_element element, bool transpose, int32_t m, int32_t n,
    const void *alpha, const void *a, int32_t lda, const void *x, int32_t step_x, const void *beta,
    void *y, int32_t step_y);

// Solves op(A) X = B, or X op(A) = B, for a triangle A; the letters are those of Fortran's trsm.
void fx_trsm(
    const fx_openblas *library, fx_element element, char side, char triangle, char operation,
    char diagonal, int32_t m, int32_t n, const void *alpha, const void *a, int32_t lda, void *b,
    int32_t ldb);

int32_t fx_getrf(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    int32_t *pivots);

int32_t fx_getrs(
    const fx_openblas *library, fx_element element, char operation, int32_t n, int32_t count,
    const void *a, int32_t lda, const int32_t *pivots, void *b, int32_t ldb);

int32_t fx_potrf(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, void *a, int32_t lda);

int32_t fx_potri(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, void *a, int32_t lda);

int32_t fx_potrs(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, int32_t count,
    const void *a, int32_t lda, void *b, int32_t ldb);

// `sytrf` and `sytrs`, or `hetrf` and `hetrs` of complex matrices where asked for.
int32_t fx_sytrf(
    const fx_openblas *library, fx_element element, bool is_hermitian, char triangle, int32_t n,
    void *a, int32_t lda, int32_t *pivots, void *work, int32_t length);

int32_t fx_sytrs(
    const fx_openblas *library, fx_element element, bool is_hermitian, char triangle, int32_t n,
    int32_t count, const void *a, int32_t lda, const int32_t *pivots, void *b, int32_t ldb);

int32_t fx_geqrf(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    void *tau, void *work, int32_t length);

// `orgqr`, or `ungqr` of complex matrices; likewise `ormqr` and `orgbr`.
int32_t fx_orgqr(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t k, void *a,
    int32_t lda, const void *tau, void *work, int32_t length);

int32_t fx_ormqr(
    const fx_openblas *library, fx_element element, char side, char operation, int32_t m, int32_t n,
    int32_t k, const void *a, int32_t lda, const void *tau, void *c, int32_t ldc, void *work,
    int32_t length);

int32_t fx_gels(
    const fx_openblas *library, fx_element element, char operation, int32_t m, int32_t n,
    int32_t count, void *a, int32_t lda, void *b, int32_t ldb, void *work, int32_t length);

// Real numbers (`reals`) are used for complex elements alone, here and below.
int32_t fx_gelsy(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t count, void *a,
    int32_t lda, void *b, int32_t ldb, int32_t *pivots, double tolerance, int32_t *rank, void *work,
    int32_t length, void *reals);

int32_t fx_gelss(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, int32_t count, void *a,
    int32_t lda, void *b, int32_t ldb, void *values, double tolerance, int32_t *rank, void *work,
    int32_t length, void *reals);

// `syevd`, or `heevd` of complex matrices.
int32_t fx_syevd(
    const fx_openblas *library, fx_element element, char job, char triangle, int32_t n, void *a,
    int32_t lda, void *values, void *work, int32_t length, void *reals, int32_t real_count,
    int32_t *integers, int32_t integer_count);

// `geev` with right eigenvectors where the job is 'V'. Of a real matrix the values are real and
// imaginary parts; of a complex one `imaginary` is not used.
int32_t fx_geev(
    const fx_openblas *library, fx_element element, char job, int32_t n, void *a, int32_t lda,
    void *values, void *imaginary, void *vectors, int32_t ldv, void *work, int32_t length,
    void *reals);

int32_t fx_gesdd(
    const fx_openblas *library, fx_element element, char job, int32_t m, int32_t n, void *a,
    int32_t lda, void *values, void *u, int32_t ldu, void *v, int32_t ldv, void *work,
    int32_t length, void *reals, int32_t *integers);

int32_t fx_gebrd(
    const fx_openblas *library, fx_element element, int32_t m, int32_t n, void *a, int32_t lda,
    void *values, void *besides, void *left, void *right, void *work, int32_t length);

int32_t fx_orgbr(
    const fx_openblas *library, fx_element element, char which, int32_t m, int32_t n, int32_t k,
    void *a, int32_t lda, const void *tau, void *work, int32_t length);

int32_t fx_bdsqr(
    const fx_openblas *library, fx_element element, char triangle, int32_t n, int32_t columns,
    int32_t rows, void *values, void *besides, void *v, int32_t ldv, void *u, int32_t ldu,
    void *reals);

#endif
