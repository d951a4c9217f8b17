// Compares the prototypes by which OpenBLAS is called with its own headers, where they are installed.

#ifndef COPENBLASHEADERS_H
#define COPENBLASHEADERS_H

// How many prototypes of each header were found equal when this was compiled; 0 where the header is not
// there. A prototype that differs does not compile.
int fx_compared_cblas(void);
int fx_compared_lapack(void);

#endif
