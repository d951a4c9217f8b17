#include "CVectorMath.h"

#include "Inline.h"

#ifdef __clang__
// Products are rounded on every processor, so that all give the same numbers.
#pragma clang fp contract(off)
#endif

// The parts of a complex number lie in memory of their own, `lanes` numbers beside one another.

FX_CLONES void fx_butterfly_two(
    const double *restrict real, const double *restrict imaginary, ptrdiff_t far,
    double *restrict y, double *restrict yi, ptrdiff_t lanes, fx_root root) {
  for (ptrdiff_t i = 0; i < lanes; i++) {
    double difference = real[i] - real[far + i], differenceI = imaginary[i] - imaginary[far + i];
    y[i] = real[i] + real[far + i];
    yi[i] = imaginary[i] + imaginary[far + i];
    y[lanes + i] = difference * root.cosine - differenceI * root.sine;
    yi[lanes + i] = difference * root.sine + differenceI * root.cosine;
  }
}

FX_CLONES void fx_butterfly_four(
    const double *restrict x, const double *restrict xi, ptrdiff_t far, double *restrict y,
    double *restrict yi, ptrdiff_t lanes, fx_root first, fx_root second, fx_root third) {
  for (ptrdiff_t i = 0; i < lanes; i++) {
    double even = x[i] + x[2 * far + i], evenI = xi[i] + xi[2 * far + i];
    double odd = x[i] - x[2 * far + i], oddI = xi[i] - xi[2 * far + i];
    double sum = x[far + i] + x[3 * far + i], sumI = xi[far + i] + xi[3 * far + i];
    double turned = xi[far + i] - xi[3 * far + i], turnedI = x[3 * far + i] - x[far + i];
    double one = odd + turned, oneI = oddI + turnedI;
    double two = even - sum, twoI = evenI - sumI;
    double three = odd - turned, threeI = oddI - turnedI;
    y[i] = even + sum;
    yi[i] = evenI + sumI;
    y[lanes + i] = one * first.cosine - oneI * first.sine;
    yi[lanes + i] = one * first.sine + oneI * first.cosine;
    y[2 * lanes + i] = two * second.cosine - twoI * second.sine;
    yi[2 * lanes + i] = two * second.sine + twoI * second.cosine;
    y[3 * lanes + i] = three * third.cosine - threeI * third.sine;
    yi[3 * lanes + i] = three * third.sine + threeI * third.cosine;
  }
}

FX_CLONES void fx_add_product(
    const double *restrict x, const double *restrict xi, double *restrict y, double *restrict yi,
    ptrdiff_t lanes, fx_root root) {
  for (ptrdiff_t i = 0; i < lanes; i++) {
    y[i] += x[i] * root.cosine - xi[i] * root.sine;
    yi[i] += x[i] * root.sine + xi[i] * root.cosine;
  }
}
