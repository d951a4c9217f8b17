// Elementary functions of arrays of floats, which the compiler turns into vector instructions.
//
// They are in C because Swift has no way to compile a function for several generations of
// processors and choose among them at run time. Results are within two units of the last place, but
// for the limits told beside a function. Arrays must not overlap; special values give what the C
// library gives.

#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Processor.h"

typedef void fx_unary(float *result, const float *x, ptrdiff_t count);
typedef void fx_binary(float *result, const float *x, const float *y, ptrdiff_t count);

fx_unary fx_exp, fx_exp2, fx_expm1, fx_log, fx_log2, fx_log10, fx_log1p;
fx_unary fx_sin, fx_cos, fx_tan, fx_atan, fx_tanh, fx_erf;
fx_unary fx_sigmoid, fx_silu, fx_gelu, fx_gelu_tanh, fx_mish;
fx_unary fx_floor, fx_ceil, fx_trunc, fx_round;
fx_binary fx_pow, fx_atan2, fx_fmod, fx_remainder;

// log(1 + e^(beta x)) / beta, or x where beta x is above the threshold.
void fx_softplus(
    float *result, const float *x, ptrdiff_t count, float beta, float threshold);

// scale x where x is positive, else negative (e^(input_scale x) - 1).
void fx_elu(
    float *result, const float *x, ptrdiff_t count, float scale, float negative,
    float input_scale);

// e^(x - shift), and the sum of all of them.
float fx_exp_sum(float *result, const float *x, ptrdiff_t count, float shift);

// The sum of x, and that of the squares of x - center: in single precision over short stretches.
double fx_sum(const float *x, ptrdiff_t count);
double fx_square_sum(const float *x, ptrdiff_t count, float center);

// The sum of the squares of x, in double precision.
double fx_double_square_sum(const float *x, ptrdiff_t count);

// The largest and the smallest x; NaN if any is, and -inf and inf if there are none.
float fx_largest(const float *x, ptrdiff_t count);
float fx_smallest(const float *x, ptrdiff_t count);

// slope x + offset, and the same with a slope and an offset for each element.
void fx_affine(float *result, const float *x, ptrdiff_t count, float slope, float offset);
void fx_affine_each(
    float *result, const float *x, ptrdiff_t count, const float *slopes, const float *offsets);

// (x - center) factor weights + biases; either of the last two may be null.
void fx_normalize(
    float *result, const float *x, ptrdiff_t count, float center, float factor,
    const float *weights, const float *biases);

// x factor + offset, rounded once, then times weights and plus biases, either of which may be null.
void fx_scale_and_shift(
    float *result, const float *x, ptrdiff_t count, float factor, float offset,
    const float *weights, const float *biases);

// Makes of each 16 uniform numbers as many normal ones, in place: the first 8 tell distances, the
// others angles (Box and Muller's method, as PyTorch orders it).
void fx_box_muller(float *numbers, ptrdiff_t blocks, float mean, float deviation);

// Converts floats of 16 bits, told by their bits, and rounds to them: to nearest, to even.
void fx_float_of_half(float *result, const uint16_t *x, ptrdiff_t count);
void fx_half_of_float(uint16_t *result, const float *x, ptrdiff_t count);
void fx_float_of_bfloat16(float *result, const uint16_t *x, ptrdiff_t count);
void fx_bfloat16_of_float(uint16_t *result, const float *x, ptrdiff_t count);

// Where a matrix lies: its first element, and the distances of rows and of columns in elements.
typedef struct {
  const void *base;
  ptrdiff_t row_stride, column_stride;
} fx_matrix;

// C := alpha A B + beta C, for a C whose rows are `stride` elements apart; with a beta of zero C is not
// read. Complex numbers are pairs, of which alpha and beta are one each.
void fx_product_of_float(
    ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, bool is_complex, const float *alpha,
    const fx_matrix *a, const fx_matrix *b, const float *beta, float *c, ptrdiff_t stride);
void fx_product_of_double(
    ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, bool is_complex, const double *alpha,
    const fx_matrix *a, const fx_matrix *b, const double *beta, double *c, ptrdiff_t stride);

// c := alpha a B + beta c for rows a and c, and a real B of which one stride is 1.
void fx_row_product_of_float(
    ptrdiff_t columns, ptrdiff_t depth, float alpha, const float *a, ptrdiff_t step,
    const fx_matrix *b, float beta, float *c, ptrdiff_t result_step);
void fx_row_product_of_double(
    ptrdiff_t columns, ptrdiff_t depth, double alpha, const double *a, ptrdiff_t step,
    const fx_matrix *b, double beta, double *c, ptrdiff_t result_step);

// A root of unity.
typedef struct {
  double cosine, sine;
} fx_root;

// Steps of Fourier transforms, on signals side by side whose real and imaginary parts lie apart.
//
// Transforms two or four numbers, `far` apart, to as many, `lanes` apart; all results but the first
// are turned by the roots.
void fx_butterfly_two(
    const double *real, const double *imaginary, ptrdiff_t far, double *result,
    double *imaginary_result, ptrdiff_t lanes, fx_root root);
void fx_butterfly_four(
    const double *real, const double *imaginary, ptrdiff_t far, double *result,
    double *imaginary_result, ptrdiff_t lanes, fx_root first, fx_root second, fx_root third);

// Adds numbers that are turned by a root.
void fx_add_product(
    const double *real, const double *imaginary, double *result, double *imaginary_result,
    ptrdiff_t lanes, fx_root root);

#endif
