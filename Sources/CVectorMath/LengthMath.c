// The C library's hypot by the name that all versions of it have: glibc 2.35 gave the same function a
// new name with other error numbers, which the command would need at its start. That of floats is
// computed here as glibc does it, since the command is linked so that Swift's library calls it as well.

#include <math.h>

#include "CVectorMath.h"

#if defined(__GLIBC__) && defined(__x86_64__)
#define FX_SINCE "GLIBC_2.2.5"
#elif defined(__GLIBC__) && defined(__aarch64__)
#define FX_SINCE "GLIBC_2.17"
#endif

#ifdef FX_SINCE
__asm__(".symver fx_library_hypot, hypot@" FX_SINCE);
double fx_library_hypot(double x, double y);
#else
#define fx_library_hypot hypot
#endif

double fx_hypot(double x, double y) { return fx_library_hypot(x, y); }

float fx_hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (float)sqrt((double)x * (double)x + (double)y * (double)y);
}
