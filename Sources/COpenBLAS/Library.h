// The opened library: the addresses of its routines, each of its prototype's type.

#ifndef COPENBLAS_LIBRARY_H
#define COPENBLAS_LIBRARY_H

#include "COpenBLAS.h"
#include "Routines.h"

struct fx_openblas {
#define FX_FIELD(letter, name, parameters) void(*letter##name) parameters;
  FX_CBLAS(FX_FIELD)
  FX_LAPACK(FX_FIELD)
#undef FX_FIELD
#define FX_FIELD(result, name, parameters) result(*name) parameters;
  FX_OPENBLAS(FX_FIELD)
#undef FX_FIELD
  const char *name;
  void *handle;
};

#endif
