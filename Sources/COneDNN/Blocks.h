// Memory for intermediate results, which is kept from one run to the next: the system clears every
// page that it gives, which takes longer than many convolutions.

#ifndef CONEDNN_BLOCKS_H
#define CONEDNN_BLOCKS_H

#include <stddef.h>

typedef struct {
  // 64-byte aligned; null where memory is short.
  char *bytes;
  size_t size;
} block;

// Gives a block of at least so many bytes, whose contents are not defined.
block fx_take_block(size_t size);

// Keeps a block for later, or frees it.
void fx_return_block(block block);

#endif
