#include "Blocks.h"

#include <pthread.h>
#include <stdlib.h>

// One for each thread that convolves at the same time; larger blocks are freed.
#define MOST_BLOCKS 16
#define LARGEST_KEPT ((size_t)64 << 20)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static block kept[MOST_BLOCKS];
static int count;

block fx_take_block(size_t size) {
  block found = {NULL, 0};
  pthread_mutex_lock(&mutex);
  for (int i = count - 1; i >= 0; i--) {
    if (kept[i].size < size) continue;
    found = kept[i];
    kept[i] = kept[--count];
    break;
  }
  // A block that is too small makes way for a larger one.
  block small = {NULL, 0};
  if (!found.bytes && count > 0) small = kept[--count];
  pthread_mutex_unlock(&mutex);
  if (found.bytes) return found;
  free(small.bytes);
  size = (size + 63) / 64 * 64;
  found.bytes = aligned_alloc(64, size);
  found.size = found.bytes ? size : 0;
  return found;
}

void fx_return_block(block block) {
  pthread_mutex_lock(&mutex);
  if (count < MOST_BLOCKS && block.size <= LARGEST_KEPT) {
    kept[count++] = block;
    block.bytes = NULL;
  }
  pthread_mutex_unlock(&mutex);
  free(block.bytes);
}
