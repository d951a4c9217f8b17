// The functions of one float, without branches, so that loops over them become vector code.
//
// Polynomials are fitted to the functions on the intervals told, for the least relative error.

#ifndef FX_INLINE_H
#define FX_INLINE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// Each function is compiled for several generations of processors; the loader chooses.
//
// The thread sanitizer is not there yet when the loader chooses.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FX_CLONES
#endif
#endif
#if defined(FX_CLONES)
#elif defined(__x86_64__) && defined(__linux__)
#define FX_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FX_CLONES
#endif

#define FX_INLINE static inline __attribute__((always_inline))

FX_INLINE uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}

FX_INLINE float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

// 2^n for n from -126 to 127.
FX_INLINE float power_of_two(int32_t n) { return float_of((uint32_t)(n + 127) << 23); }

FX_INLINE float with_sign_of(float magnitude, float x) {
  return float_of(bits_of(magnitude) | (bits_of(x) & 0x80000000u));
}

// Adding it leaves the nearest whole number in the low bits, for magnitudes below 2^22.
#define FX_ROUNDER 12582912.0f

// e^r - 1 - r over r^2, for |r| up to log(2)/2.
FX_INLINE float exp_tail(float r) {
  float p = 0.00019919377518817782f;
  p = p * r + 0.0013947224942967296f;
  p = p * r + 0.008333262987434864f;
  p = p * r + 0.04166625440120697f;
  p = p * r + 0.1666666716337204f;
  return p * r + 0.5f;
}

// e^x as e^r 2^n: the parts.
FX_INLINE float exp_parts(float x, int32_t *n) {
  float rounded = x * 1.44269504088896341f + FX_ROUNDER;
  float whole = rounded - FX_ROUNDER;
  *n = (int32_t)(bits_of(rounded) - bits_of(FX_ROUNDER));
  // log(2) in two parts, the first of which has few digits.
  float r = x - whole * 0.693359375f;
  return r + whole * 2.12194440e-4f;
}

FX_INLINE float exp_of(float x) {
  float limited = x > 89.0f ? 89.0f : x;
  limited = limited < -104.0f ? -104.0f : limited;
  int32_t n;
  float r = exp_parts(limited, &n);
  float p = exp_tail(r) * (r * r) + r + 1.0f;
  // In two steps, the last of which may give a subnormal number or infinity.
  int32_t half = n >> 1;
  float result = p * power_of_two(half) * power_of_two(n - half);
  return x != x ? x : result;
}

FX_INLINE float exp2_of(float x) {
  float limited = x > 130.0f ? 130.0f : x;
  limited = limited < -152.0f ? -152.0f : limited;
  float rounded = limited + FX_ROUNDER;
  int32_t n = (int32_t)(bits_of(rounded) - bits_of(FX_ROUNDER));
  float r = (limited - (rounded - FX_ROUNDER)) * 0.693147180559945309f;
  float p = exp_tail(r) * (r * r) + r + 1.0f;
  int32_t half = n >> 1;
  float result = p * power_of_two(half) * power_of_two(n - half);
  return x != x ? x : result;
}

FX_INLINE float expm1_of(float x) {
  float limited = x > 89.0f ? 89.0f : x;
  limited = limited < -30.0f ? -30.0f : limited;
  int32_t n;
  float r = exp_parts(limited, &n);
  float p = exp_tail(r) * (r * r) + r;
  // Half of the power, since 2^128 is no float.
  float half = power_of_two(n - 1);
  float result = (half * p + (half - 0.5f)) * 2.0f;
  return x != x ? x : result;
}

// log(1 + f) - f + f^2/2 over f^3, for 1 + f from sqrt(1/2) to sqrt(2).
FX_INLINE float log_tail(float f) {
  float p = 0.07040965557098389f;
  p = p * f - 0.11979921162128448f;
  p = p * f + 0.11916764825582504f;
  p = p * f - 0.12355861067771912f;
  p = p * f + 0.14209534227848053f;
  p = p * f - 0.16670551896095276f;
  p = p * f + 0.20002686977386475f;
  p = p * f - 0.24999968707561493f;
  return p * f + 0.3333330452442169f;
}

// x as (1 + f) 2^e: the parts.
FX_INLINE float log_parts(float x, float *e) {
  int is_small = x < 1.17549435e-38f;
  float scaled = is_small ? x * 33554432.0f : x;
  int32_t bits = (int32_t)(bits_of(scaled) - 0x3F3504F3u);
  *e = (float)((bits >> 23) - (is_small ? 25 : 0));
  return float_of(((uint32_t)bits & 0x7FFFFFu) + 0x3F3504F3u) - 1.0f;
}

// What the logarithm is for numbers that are not positive and finite.
FX_INLINE float log_special(float x, float result) {
  result = x == INFINITY ? x : result;
  result = x == 0.0f ? -INFINITY : result;
  return x < 0.0f || x != x ? NAN : result;
}

FX_INLINE float log_of(float x) {
  float e;
  float f = log_parts(x, &e);
  float square = f * f;
  float tail = f * square * log_tail(f) + e * -2.12194440e-4f;
  float result = (f + (tail - 0.5f * square)) + e * 0.693359375f;
  return log_special(x, result);
}

// The logarithm to another base: its values for 2 and for e, in two parts of which the first has few
// digits.
FX_INLINE float log_to_base(
    float x, float two_high, float two_low, float e_high, float e_low) {
  float e;
  float f = log_parts(x, &e);
  float square = f * f;
  float tail = f * square * log_tail(f) - 0.5f * square;
  float small = f * e_low + tail * (e_high + e_low) + e * two_low;
  return log_special(x, (small + f * e_high) + e * two_high);
}

FX_INLINE float log2_of(float x) {
  return log_to_base(x, 1.0f, 0.0f, 1.44140625f, 0.00128879088896341f);
}

FX_INLINE float log10_of(float x) {
  return log_to_base(x, 0.30078125f, 0.000248745663981195f, 0.43359375f, 0.000700731903251828f);
}

FX_INLINE float log1p_of(float x) {
  float sum = 1.0f + x;
  // What the sum lost.
  float lost = x > 1.0f ? 1.0f - (sum - x) : x - (sum - 1.0f);
  float correction = sum == 0.0f || sum == INFINITY ? 0.0f : lost / sum;
  return log_of(sum) + correction;
}

FX_INLINE float tanh_of(float x) {
  float magnitude = fabsf(x);
  float square = x * x;
  float p = -0.00560390530154109f;
  p = p * square + 0.020551711320877075f;
  p = p * square - 0.05371410399675369f;
  p = p * square + 0.13331152498722076f;
  p = p * square - 0.33333271741867065f;
  float small = p * square * x + x;
  float limited = magnitude > 10.0f ? 10.0f : magnitude;
  float large = 1.0f - 2.0f / (exp_of(2.0f * limited) + 1.0f);
  float result = magnitude < 0.625f ? small : with_sign_of(large, x);
  return x != x ? x : result;
}

FX_INLINE float erf_of(float x) {
  float magnitude = fabsf(x);
  float square = x * x;
  // erf(x) / x - 1: one is added exactly.
  float p = 8.205863e-05f;
  p = p * square - 0.00081035966f;
  p = p * square + 0.0051975804f;
  p = p * square - 0.026858011f;
  p = p * square + 0.1128367f;
  p = p * square - 0.37612632f;
  p = p * square + 0.12837917f;
  float small = p * x + x;
  // The logarithm of 1 - erf from 0.9 to 4, beyond which 1 is the nearest float.
  float t = magnitude > 4.0f ? 4.0f : magnitude;
  float q = 2.0909556042170152e-05f;
  q = q * t - 0.0004323030007071793f;
  q = q * t + 0.004160527139902115f;
  q = q * t - 0.025091497227549553f;
  q = q * t + 0.10823661834001541f;
  q = q * t + 0.6333866715431213f;
  q = q * t + 1.1294951438903809f;
  q = q * t - 0.00017055202624760568f;
  float large = 1.0f - exp_of(-q);
  float result = magnitude < 0.95f ? small : with_sign_of(large, x);
  return x != x ? x : result;
}

FX_INLINE float sigmoid_of(float x) { return 1.0f / (1.0f + exp_of(-x)); }

FX_INLINE float silu_of(float x) { return x / (1.0f + exp_of(-x)); }

FX_INLINE float gelu_of(float x) {
  return x * (0.5f * (1.0f + erf_of(x * 0.707106781186547524f)));
}

FX_INLINE float gelu_tanh_of(float x) {
  float inner = 0.797884560802865356f * (x + 0.044715f * x * x * x);
  return 0.5f * x * (1.0f + tanh_of(inner));
}

// tanh(log(1 + e)) is (e^2 + 2e) / (e^2 + 2e + 2).
FX_INLINE float mish_of(float x) {
  float e = exp_of(x > 20.0f ? 20.0f : x);
  float product = e * (e + 2.0f);
  float result = x * (product / (product + 2.0f));
  return x > 20.0f ? x : result;
}

// An angle less a multiple of π/2, and which of four it is; exact for magnitudes below 10^5.
FX_INLINE double quarter_turn(float x, int32_t *quarter) {
  double rounder = 6755399441055744.0;
  double rounded = (double)x * 0.636619772367581343 + rounder;
  double whole = rounded - rounder;
  int64_t bits;
  memcpy(&bits, &rounded, 8);
  *quarter = (int32_t)bits;
  double r = (double)x - whole * 1.57079632673412561417;
  return r - whole * 6.07710050650619224932e-11;
}

// sin(r) - r
FX_INLINE float sine_tail(float r) {
  float s = r * r;
  float p = 2.716810058700503e-06f;
  p = p * s - 0.0001983917609322816f;
  p = p * s + 0.008333329111337662f;
  p = p * s - 0.1666666716337204f;
  return p * s * r;
}

// cos(r) - 1 + r^2/2
FX_INLINE float cosine_tail(float r) {
  float s = r * r;
  float p = -2.7196296059628366e-07f;
  p = p * s + 2.4799350285320543e-05f;
  p = p * s - 0.0013888883404433727f;
  p = p * s + 0.0416666679084301f;
  return p * (s * s);
}

// Sine and cosine of an angle that is a float and the rest that the float lacks.
FX_INLINE float sine_of(float r, float rest) {
  return (sine_tail(r) + (rest - 0.5f * r * r * rest)) + r;
}

FX_INLINE float cosine_of(float r, float rest) {
  float half = 0.5f * r * r;
  float first = 1.0f - half;
  // What the difference lost, first.
  return first + (((1.0f - first) - half) + (cosine_tail(r) - r * rest));
}

FX_INLINE float sin_of(float x) {
  int32_t quarter;
  double angle = quarter_turn(x, &quarter);
  float r = (float)angle, rest = (float)(angle - (double)r);
  float value = quarter & 1 ? cosine_of(r, rest) : sine_of(r, rest);
  return quarter & 2 ? -value : value;
}

FX_INLINE float cos_of(float x) {
  int32_t quarter;
  double angle = quarter_turn(x, &quarter);
  float r = (float)angle, rest = (float)(angle - (double)r);
  float value = quarter & 1 ? sine_of(r, rest) : cosine_of(r, rest);
  return (quarter + 1) & 2 ? -value : value;
}

FX_INLINE float tan_of(float x) {
  int32_t quarter;
  double angle = quarter_turn(x, &quarter);
  double sine = angle + (double)sine_tail((float)angle);
  double cosine = 1.0 - 0.5 * angle * angle + (double)cosine_tail((float)angle);
  return (float)(quarter & 1 ? -cosine / sine : sine / cosine);
}

// The angle whose tangent is from 0 to 1.
FX_INLINE float atan_tail(float t) {
  float s = t * t;
  float p = -0.001793593866750598f;
  p = p * s + 0.010914481244981289f;
  p = p * s - 0.031177612021565437f;
  p = p * s + 0.05795735865831375f;
  p = p * s - 0.08403436839580536f;
  p = p * s + 0.10952181369066238f;
  p = p * s - 0.14264240860939026f;
  p = p * s + 0.19998548924922943f;
  p = p * s - 0.33333298563957214f;
  return p * s * t + t;
}

FX_INLINE float atan_of(float x) {
  float magnitude = fabsf(x);
  int is_steep = magnitude > 1.0f;
  float angle = atan_tail(is_steep ? 1.0f / magnitude : magnitude);
  // π/2 is a little less than its float.
  float result = is_steep ? (1.57079637f - angle) - 4.37113883e-8f : angle;
  return with_sign_of(result, x);
}

FX_INLINE float atan2_of(float y, float x) {
  float height = fabsf(y), width = fabsf(x);
  int is_steep = height > width;
  float longer = is_steep ? height : width, shorter = is_steep ? width : height;
  float ratio = longer == 0.0f ? 0.0f : shorter / longer;
  ratio = shorter == INFINITY ? 1.0f : ratio;
  float angle = atan_tail(ratio);
  angle = is_steep ? (1.57079637f - angle) - 4.37113883e-8f : angle;
  angle = bits_of(x) >> 31 ? (3.14159274f - angle) - 8.74227766e-8f : angle;
  float result = with_sign_of(angle, y);
  return x != x || y != y ? NAN : result;
}

// The power of a positive finite number, in double precision on the way.
FX_INLINE float pow_of(float x, float y) {
  double wide = x;
  int64_t bits;
  memcpy(&bits, &wide, 8);
  bits -= 0x3FE6A09E667F3BCD;
  double e = (double)(int32_t)(bits >> 52);
  int64_t fraction = (bits & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD;
  double m;
  memcpy(&m, &fraction, 8);
  double t = (m - 1.0) / (m + 1.0);
  double s = t * t;
  double p = 1.0 / 15;
  p = p * s + 1.0 / 13;
  p = p * s + 1.0 / 11;
  p = p * s + 1.0 / 9;
  p = p * s + 1.0 / 7;
  p = p * s + 1.0 / 5;
  p = p * s + 1.0 / 3;
  double exponent = (2.88539008177792681 * (p * s * t + t) + e) * (double)y;
  exponent = exponent > 200.0 ? 200.0 : exponent;
  exponent = exponent < -200.0 ? -200.0 : exponent;
  double rounder = 6755399441055744.0;
  double rounded = exponent + rounder;
  double r = (exponent - (rounded - rounder)) * 0.693147180559945309;
  double q = 1.0 / 362880;
  q = q * r + 1.0 / 40320;
  q = q * r + 1.0 / 5040;
  q = q * r + 1.0 / 720;
  q = q * r + 1.0 / 120;
  q = q * r + 1.0 / 24;
  q = q * r + 1.0 / 6;
  q = q * r + 0.5;
  q = q * (r * r) + r + 1.0;
  int64_t whole;
  memcpy(&whole, &rounded, 8);
  int64_t scale_bits = (int64_t)(((uint64_t)whole + 1023) << 52);
  double scale;
  memcpy(&scale, &scale_bits, 8);
  return (float)(q * scale);
}

// What is left of a division; exact where the quotient is below 2^28.
FX_INLINE float fmod_of(float x, float y) {
  double quotient = trunc((double)x / (double)y);
  return with_sign_of(fabsf((float)((double)x - quotient * (double)y)), x);
}

#endif
