#include "CVectorMath.h"

#include "Inline.h"

#define FX_UNARY(name) \
  FX_CLONES void fx_##name(float *restrict result, const float *restrict x, ptrdiff_t count) { \
    for (ptrdiff_t i = 0; i < count; i++) result[i] = name##_of(x[i]); \
  }

FX_UNARY(exp)
FX_UNARY(exp2)
FX_UNARY(expm1)
FX_UNARY(log)
FX_UNARY(log2)
FX_UNARY(log10)
FX_UNARY(log1p)
FX_UNARY(atan)
FX_UNARY(tanh)
FX_UNARY(erf)
FX_UNARY(sigmoid)
FX_UNARY(silu)
FX_UNARY(gelu)
FX_UNARY(gelu_tanh)
FX_UNARY(mish)

#define floor_of floorf
#define ceil_of ceilf
#define trunc_of truncf
#define round_of rintf
FX_UNARY(floor)
FX_UNARY(ceil)
FX_UNARY(trunc)
FX_UNARY(round)

// Functions that are only there for some numbers: elements beyond are done again, one by one, in
// pieces that are still in the cache.

#define FX_PIECE 256

#define FX_UNARY_WITHIN(name, limit, fallback) \
  FX_CLONES void fx_##name(float *restrict result, const float *restrict x, ptrdiff_t count) { \
    for (ptrdiff_t start = 0; start < count; start += FX_PIECE) { \
      ptrdiff_t end = count - start < FX_PIECE ? count : start + FX_PIECE; \
      int is_beyond = 0; \
      for (ptrdiff_t i = start; i < end; i++) { \
        is_beyond |= !(fabsf(x[i]) < limit); \
        result[i] = name##_of(x[i]); \
      } \
      if (!is_beyond) continue; \
      for (ptrdiff_t i = start; i < end; i++) { \
        if (!(fabsf(x[i]) < limit)) result[i] = fallback(x[i]); \
      } \
    } \
  }

FX_UNARY_WITHIN(sin, 1e5f, sinf)
FX_UNARY_WITHIN(cos, 1e5f, cosf)
FX_UNARY_WITHIN(tan, 1e5f, tanf)

#define FX_BINARY_WITHIN(name, function, within, fallback) \
  FX_CLONES void fx_##name( \
      float *restrict result, const float *restrict x, const float *restrict y, \
      ptrdiff_t count) { \
    for (ptrdiff_t start = 0; start < count; start += FX_PIECE) { \
      ptrdiff_t end = count - start < FX_PIECE ? count : start + FX_PIECE; \
      int is_beyond = 0; \
      for (ptrdiff_t i = start; i < end; i++) { \
        is_beyond |= !within(x[i], y[i]); \
        result[i] = function(x[i], y[i]); \
      } \
      if (!is_beyond) continue; \
      for (ptrdiff_t i = start; i < end; i++) { \
        if (!within(x[i], y[i])) result[i] = fallback(x[i], y[i]); \
      } \
    } \
  }

FX_INLINE int is_plain_power(float x, float y) {
  return (x > 0.0f) & (x < INFINITY) & (fabsf(y) < INFINITY);
}

// With a quotient whose every digit a float has, the double keeps all of the remainder's.
FX_INLINE int is_plain_quotient(float x, float y) {
  return (fabsf(x) < fabsf(y) * 268435456.0f) & (fabsf(y) < INFINITY) & (fabsf(y) > 1e-30f);
}

FX_INLINE float floored(float rest, float y) {
  int has_other_sign = (rest != 0.0f) & ((rest < 0.0f) != (y < 0.0f));
  return has_other_sign ? rest + y : rest;
}

FX_INLINE float remainder_of(float x, float y) { return floored(fmod_of(x, y), y); }

static float remainder_slowly(float x, float y) { return floored(fmodf(x, y), y); }

FX_BINARY_WITHIN(pow, pow_of, is_plain_power, powf)
FX_BINARY_WITHIN(fmod, fmod_of, is_plain_quotient, fmodf)
FX_BINARY_WITHIN(remainder, remainder_of, is_plain_quotient, remainder_slowly)

FX_CLONES void fx_atan2(
    float *restrict result, const float *restrict y, const float *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) result[i] = atan2_of(y[i], x[i]);
}

FX_CLONES void fx_softplus(
    float *restrict result, const float *restrict x, ptrdiff_t count, float beta,
    float threshold) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float scaled = x[i] * beta;
    float curve = log1p_of(exp_of(scaled)) / beta;
    result[i] = scaled > threshold ? x[i] : curve;
  }
}

FX_CLONES void fx_elu(
    float *restrict result, const float *restrict x, ptrdiff_t count, float scale,
    float negative, float input_scale) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float below = expm1_of(x[i] * input_scale) * negative;
    result[i] = x[i] < 0.0f ? below : x[i] * scale;
  }
}

FX_INLINE float exp_sum(float *result, const float *x, ptrdiff_t count, float shift) {
  // Sixteen sums that go on side by side.
  float sums[16] = {0};
  ptrdiff_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int lane = 0; lane < 16; lane++) {
      float value = exp_of(x[i + lane] - shift);
      result[i + lane] = value;
      sums[lane] += value;
    }
  }
  float sum = 0.0f;
  for (int lane = 0; lane < 16; lane++) sum += sums[lane];
  for (; i < count; i++) {
    result[i] = exp_of(x[i] - shift);
    sum += result[i];
  }
  return sum;
}

FX_CLONES float fx_exp_sum(
    float *restrict result, const float *restrict x, ptrdiff_t count, float shift) {
  return exp_sum(result, x, count, shift);
}

FX_CLONES float fx_exp_sum_in_place(float *x, ptrdiff_t count, float shift) {
  return exp_sum(x, x, count, shift);
}

FX_CLONES void fx_box_muller(float *numbers, ptrdiff_t blocks, float mean, float deviation) {
  for (ptrdiff_t block = 0; block < blocks; block++) {
    float *distances = numbers + 16 * block, *angles = distances + 8;
    for (int i = 0; i < 8; i++) {
      float radius = sqrtf(-2.0f * log_of(1.0f - distances[i]));
      float angle = 6.28318530717958648f * angles[i];
      distances[i] = radius * cos_of(angle) * deviation + mean;
      angles[i] = radius * sin_of(angle) * deviation + mean;
    }
  }
}
