// The C library's hypot by the name that all versions of it have: glibc 2.35 gave the same function a
// new name with other error numbers, which the command would need at its start.

#include <math.h>

#include "CVectorMath.h"

#if defined(__GLIBC__) && defined(__x86_64__)
#define FX_SINCE "GLIBC_2.2.5"
#elif defined(__GLIBC__) && defined(__aarch64__)
#define FX_SINCE "GLIBC_2.17"
#endif

#ifdef FX_SINCE
__asm__(".symver fx_library_hypot, hypot@" FX_SINCE);
__asm__(".symver fx_library_hypotf, hypotf@" FX_SINCE);
double fx_library_hypot(double x, double y);
float fx_library_hypotf(float x, float y);
#else
#define fx_library_hypot hypot
#define fx_library_hypotf hypotf
#endif

double fx_hypot(double x, double y) { return fx_library_hypot(x, y); }

float fx_hypotf(float x, float y) { return fx_library_hypotf(x, y); }
