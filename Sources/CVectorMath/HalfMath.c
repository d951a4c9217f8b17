#include "CVectorMath.h"

#include "Inline.h"

FX_CLONES void fx_float_of_half(
    float *restrict result, const uint16_t *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16;
    uint32_t magnitude = (uint32_t)(x[i] & 0x7FFF) << 13;
    // Scaling by a power of two moves the exponent and makes subnormal numbers normal.
    uint32_t scaled = bits_of(float_of(magnitude) * 0x1p112f);
    uint32_t special = magnitude >= 0x0F800000u ? 0x7F800000u : 0;
    result[i] = float_of(scaled | special | sign);
  }
}

FX_CLONES void fx_half_of_float(
    uint16_t *restrict result, const float *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t bits = bits_of(x[i]);
    uint32_t magnitude = bits & 0x7FFFFFFFu;
    // Adding half of the last place's unit leaves the rounding to the machine: subnormal results.
    uint32_t small = bits_of(float_of(magnitude) + 0.5f) - 0x3F000000u;
    uint32_t odd = (magnitude >> 13) & 1;
    uint32_t normal = (magnitude - 0x38000000u + 0x0FFFu + odd) >> 13;
    uint32_t large = magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u;
    uint32_t rounded = magnitude < 0x38800000u ? small : normal;
    rounded = magnitude >= 0x477FF000u ? large : rounded;
    result[i] = (uint16_t)(rounded | ((bits >> 16) & 0x8000u));
  }
}

FX_CLONES void fx_float_of_bfloat16(
    float *restrict result, const uint16_t *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) result[i] = float_of((uint32_t)x[i] << 16);
}

FX_CLONES void fx_bfloat16_of_float(
    uint16_t *restrict result, const float *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t bits = bits_of(x[i]);
    uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1)) >> 16;
    result[i] = (uint16_t)((bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC0u : rounded);
  }
}
