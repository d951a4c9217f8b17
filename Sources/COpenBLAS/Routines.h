// The prototypes by which OpenBLAS is called: those of its cblas.h and of LAPACK's lapack.h.
//
// They stand here so that neither header is needed to build; a test compiles both against them where
// they are installed. Integers have 32 bits. LAPACK's routines are Fortran's: they take arguments by
// address, and after all others the length of each string, which compilers don't check otherwise.

#ifndef COPENBLAS_ROUTINES_H
#define COPENBLAS_ROUTINES_H

#include <stddef.h>
#include <stdint.h>

typedef float _Complex fx_complex_float;
typedef double _Complex fx_complex_double;

typedef const char *fx_flag;
typedef const int32_t *fx_size;
typedef int32_t *fx_integers;

// CBLAS's enumerations.
typedef unsigned fx_cblas;
enum {
  fx_row_major = 101,
  fx_column_major = 102,
  fx_no_transpose = 111,
  fx_transpose = 112,
  fx_adjoint = 113,
  fx_upper = 121,
  fx_lower = 122,
  fx_non_unit = 131,
  fx_unit = 132,
  fx_left = 141,
  fx_right = 142
};

// Every list is of routines for one type of elements T, with real numbers R of its precision, given as
// the letter of the type, the name, and the parameters. CBLAS takes scalars as S, and elements as E.
#define FX_CBLAS_OF(each, letter, S, E) \
  each(letter, gemm, \
       (fx_cblas, fx_cblas, fx_cblas, int32_t, int32_t, int32_t, S, const E *, int32_t, const E *, \
        int32_t, S, E *, int32_t)) \
  each(letter, gemv, \
       (fx_cblas, fx_cblas, int32_t, int32_t, S, const E *, int32_t, const E *, int32_t, S, E *, \
        int32_t)) \
  each(letter, trsm, \
       (fx_cblas, fx_cblas, fx_cblas, fx_cblas, fx_cblas, int32_t, int32_t, S, const E *, int32_t, \
        E *, int32_t))

#define FX_CBLAS(each) \
  FX_CBLAS_OF(each, s, float, float) \
  FX_CBLAS_OF(each, d, double, double) \
  FX_CBLAS_OF(each, c, const void *, void) \
  FX_CBLAS_OF(each, z, const void *, void)

#define FX_LAPACK_OF_ALL(each, letter, T, R) \
  each(letter, getrf, (fx_size, fx_size, T *, fx_size, fx_integers, fx_integers)) \
  each(letter, getrs, \
       (fx_flag, fx_size, fx_size, const T *, fx_size, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, potrf, (fx_flag, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, potri, (fx_flag, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, potrs, \
       (fx_flag, fx_size, fx_size, const T *, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, sytrf, \
       (fx_flag, fx_size, T *, fx_size, fx_integers, T *, fx_size, fx_integers, size_t)) \
  each(letter, sytrs, \
       (fx_flag, fx_size, fx_size, const T *, fx_size, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, geqrf, (fx_size, fx_size, T *, fx_size, T *, T *, fx_size, fx_integers)) \
  each(letter, gels, \
       (fx_flag, fx_size, fx_size, fx_size, T *, fx_size, T *, fx_size, T *, fx_size, fx_integers, \
        size_t)) \
  each(letter, gebrd, (fx_size, fx_size, T *, fx_size, R *, R *, T *, T *, T *, fx_size, fx_integers)) \
  each(letter, bdsqr, \
       (fx_flag, fx_size, fx_size, fx_size, fx_size, R *, R *, T *, fx_size, T *, fx_size, T *, \
        fx_size, R *, fx_integers, size_t))

// Reflections, whose names begin with `or` for real matrices and with `un` for complex ones.
#define FX_LAPACK_OF_REFLECTIONS(each, letter, T, prefix) \
  each(letter, prefix##gqr, \
       (fx_size, fx_size, fx_size, T *, fx_size, const T *, T *, fx_size, fx_integers)) \
  each(letter, prefix##mqr, \
       (fx_flag, fx_flag, fx_size, fx_size, fx_size, const T *, fx_size, const T *, T *, fx_size, T *, \
        fx_size, fx_integers, size_t, size_t)) \
  each(letter, prefix##gbr, \
       (fx_flag, fx_size, fx_size, fx_size, T *, fx_size, const T *, T *, fx_size, fx_integers, size_t))

#define FX_LAPACK_OF_REALS(each, letter, T) \
  FX_LAPACK_OF_ALL(each, letter, T, T) \
  FX_LAPACK_OF_REFLECTIONS(each, letter, T, or) \
  each(letter, gelsy, \
       (fx_size, fx_size, fx_size, T *, fx_size, T *, fx_size, fx_integers, const T *, fx_integers, \
        T *, fx_size, fx_integers)) \
  each(letter, gelss, \
       (fx_size, fx_size, fx_size, T *, fx_size, T *, fx_size, T *, const T *, fx_integers, T *, \
        fx_size, fx_integers)) \
  each(letter, syevd, \
       (fx_flag, fx_flag, fx_size, T *, fx_size, T *, T *, fx_size, fx_integers, fx_size, \
        fx_integers, size_t, size_t)) \
  each(letter, geev, \
       (fx_flag, fx_flag, fx_size, T *, fx_size, T *, T *, T *, fx_size, T *, fx_size, T *, fx_size, \
        fx_integers, size_t, size_t)) \
  each(letter, gesdd, \
       (fx_flag, fx_size, fx_size, T *, fx_size, T *, T *, fx_size, T *, fx_size, T *, fx_size, \
        fx_integers, fx_integers, size_t))

#define FX_LAPACK_OF_COMPLEX(each, letter, T, R) \
  FX_LAPACK_OF_ALL(each, letter, T, R) \
  FX_LAPACK_OF_REFLECTIONS(each, letter, T, un) \
  each(letter, hetrf, \
       (fx_flag, fx_size, T *, fx_size, fx_integers, T *, fx_size, fx_integers, size_t)) \
  each(letter, hetrs, \
       (fx_flag, fx_size, fx_size, const T *, fx_size, fx_size, T *, fx_size, fx_integers, size_t)) \
  each(letter, gelsy, \
       (fx_size, fx_size, fx_size, T *, fx_size, T *, fx_size, fx_integers, const R *, fx_integers, \
        T *, fx_size, R *, fx_integers)) \
  each(letter, gelss, \
       (fx_size, fx_size, fx_size, T *, fx_size, T *, fx_size, R *, const R *, fx_integers, T *, \
        fx_size, R *, fx_integers)) \
  each(letter, heevd, \
       (fx_flag, fx_flag, fx_size, T *, fx_size, R *, T *, fx_size, R *, fx_size, fx_integers, \
        fx_size, fx_integers, size_t, size_t)) \
  each(letter, geev, \
       (fx_flag, fx_flag, fx_size, T *, fx_size, T *, T *, fx_size, T *, fx_size, T *, fx_size, R *, \
        fx_integers, size_t, size_t)) \
  each(letter, gesdd, \
       (fx_flag, fx_size, fx_size, T *, fx_size, R *, T *, fx_size, T *, fx_size, T *, fx_size, R *, \
        fx_integers, fx_integers, size_t))

#define FX_LAPACK(each) \
  FX_LAPACK_OF_REALS(each, s, float) \
  FX_LAPACK_OF_REALS(each, d, double) \
  FX_LAPACK_OF_COMPLEX(each, c, fx_complex_float, float) \
  FX_LAPACK_OF_COMPLEX(each, z, fx_complex_double, double)

// Functions of OpenBLAS alone, given as their result, their name, and their parameters.
#define FX_OPENBLAS(each) \
  each(void, openblas_set_num_threads, (int)) \
  each(char *, openblas_get_config, (void))

#endif
