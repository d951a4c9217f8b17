#include "CVectorMath.h"

#include "Inline.h"

// Sums over many elements go on side by side in lanes, and in double precision from block to block.

#define FX_LANES 64
#define FX_BLOCK 4096

FX_CLONES double fx_sum(const float *x, ptrdiff_t count) {
  double total = 0.0;
  ptrdiff_t i = 0;
  while (count - i >= FX_LANES) {
    ptrdiff_t end = count - i < FX_BLOCK ? count : i + FX_BLOCK;
    float sums[FX_LANES] = {0};
    for (; i + FX_LANES <= end; i += FX_LANES) {
      for (int lane = 0; lane < FX_LANES; lane++) sums[lane] += x[i + lane];
    }
    double sum = 0.0;
    for (int lane = 0; lane < FX_LANES; lane++) sum += sums[lane];
    total += sum;
  }
  for (; i < count; i++) total += x[i];
  return total;
}

FX_CLONES double fx_square_sum(const float *x, ptrdiff_t count, float center) {
  double total = 0.0;
  ptrdiff_t i = 0;
  while (count - i >= FX_LANES) {
    ptrdiff_t end = count - i < FX_BLOCK ? count : i + FX_BLOCK;
    float sums[FX_LANES] = {0};
    for (; i + FX_LANES <= end; i += FX_LANES) {
      for (int lane = 0; lane < FX_LANES; lane++) {
        float distance = x[i + lane] - center;
        sums[lane] += distance * distance;
      }
    }
    double sum = 0.0;
    for (int lane = 0; lane < FX_LANES; lane++) sum += sums[lane];
    total += sum;
  }
  for (; i < count; i++) {
    double distance = (double)x[i] - center;
    total += distance * distance;
  }
  return total;
}

FX_CLONES double fx_double_square_sum(const float *x, ptrdiff_t count) {
  double sums[FX_LANES] = {0};
  ptrdiff_t i = 0;
  for (; i + FX_LANES <= count; i += FX_LANES) {
    for (int lane = 0; lane < FX_LANES; lane++) {
      double value = x[i + lane];
      sums[lane] += value * value;
    }
  }
  double total = 0.0;
  for (int lane = 0; lane < FX_LANES; lane++) total += sums[lane];
  for (; i < count; i++) total += (double)x[i] * x[i];
  return total;
}

#define FX_EXTREME(name, start, further) \
  FX_CLONES float fx_##name(const float *x, ptrdiff_t count) { \
    float best[FX_LANES]; \
    for (int lane = 0; lane < FX_LANES; lane++) best[lane] = start; \
    int is_unordered = 0; \
    ptrdiff_t i = 0; \
    for (; i + FX_LANES <= count; i += FX_LANES) { \
      for (int lane = 0; lane < FX_LANES; lane++) { \
        float value = x[i + lane]; \
        is_unordered |= value != value; \
        best[lane] = value further best[lane] ? value : best[lane]; \
      } \
    } \
    float result = best[0]; \
    for (int lane = 1; lane < FX_LANES; lane++) { \
      result = best[lane] further result ? best[lane] : result; \
    } \
    for (; i < count; i++) { \
      is_unordered |= x[i] != x[i]; \
      result = x[i] further result ? x[i] : result; \
    } \
    return is_unordered ? NAN : result; \
  }

FX_EXTREME(largest, -INFINITY, >)
FX_EXTREME(smallest, INFINITY, <)

FX_CLONES void fx_affine(
    float *restrict result, const float *restrict x, ptrdiff_t count, float slope, float offset) {
  for (ptrdiff_t i = 0; i < count; i++) result[i] = x[i] * slope + offset;
}

FX_CLONES void fx_affine_each(
    float *restrict result, const float *restrict x, ptrdiff_t count,
    const float *restrict slopes, const float *restrict offsets) {
  for (ptrdiff_t i = 0; i < count; i++) result[i] = x[i] * slopes[i] + offsets[i];
}

FX_CLONES void fx_normalize(
    float *restrict result, const float *restrict x, ptrdiff_t count, float center, float factor,
    const float *restrict weights, const float *restrict biases) {
  if (weights && biases) {
    for (ptrdiff_t i = 0; i < count; i++) {
      result[i] = (x[i] - center) * factor * weights[i] + biases[i];
    }
  } else if (weights) {
    for (ptrdiff_t i = 0; i < count; i++) result[i] = (x[i] - center) * factor * weights[i];
  } else if (biases) {
    for (ptrdiff_t i = 0; i < count; i++) result[i] = (x[i] - center) * factor + biases[i];
  } else {
    for (ptrdiff_t i = 0; i < count; i++) result[i] = (x[i] - center) * factor;
  }
}

FX_CLONES void fx_scale_and_shift(
    float *restrict result, const float *restrict x, ptrdiff_t count, float factor, float offset,
    const float *restrict weights, const float *restrict biases) {
  for (ptrdiff_t i = 0; i < count; i++) result[i] = fmaf(x[i], factor, offset);
  if (weights) {
    for (ptrdiff_t i = 0; i < count; i++) result[i] *= weights[i];
  }
  if (biases) {
    for (ptrdiff_t i = 0; i < count; i++) result[i] += biases[i];
  }
}
