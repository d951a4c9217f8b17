// Functions of young C libraries that the C++ runtime calls where it is linked in, so that the command
// starts with glibc 2.34 as well. They are hidden: other libraries of the process keep the system's.

#define _GNU_SOURCE
#include <features.h>

#if defined(__GLIBC__) && __SIZEOF_POINTER__ == 8

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

#define HIDDEN __attribute__((visibility("hidden")))

// Since glibc 2.36.
HIDDEN uint32_t arc4random(void) {
  uint32_t number = 0;
  while (getrandom(&number, sizeof number, 0) != sizeof number) continue;
  return number;
}

// Since glibc 2.35: the object of the program or of a library that holds an address, and its table of
// frames. The layout is that of 64-bit processors.
struct found {
  unsigned long long flags;
  void *start, *end;
  struct link_map *map;
  void *frames;
  unsigned long long reserved[7];
};

typedef struct {
  uintptr_t address;
  struct found *found;
} search;

static int look_into(struct dl_phdr_info *object, size_t size, void *argument) {
  (void)size;
  search *search = argument;
  uintptr_t start = UINTPTR_MAX, end = 0, frames = 0;
  int is_inside = 0;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    uintptr_t first = object->dlpi_addr + part->p_vaddr, last = first + part->p_memsz;
    if (part->p_type == PT_GNU_EH_FRAME) frames = first;
    if (part->p_type != PT_LOAD) continue;
    if (first < start) start = first;
    if (last > end) end = last;
    if (search->address >= first && search->address < last) is_inside = 1;
  }
  if (!is_inside || !frames) return 0;
  search->found->flags = 0;
  search->found->start = (void *)start;
  search->found->end = (void *)end;
  search->found->map = NULL;
  search->found->frames = (void *)frames;
  return 1;
}

// Headers of young libraries declare the function themselves.
HIDDEN int find_object(void *address, struct found *found) __asm__("_dl_find_object");

int find_object(void *address, struct found *found) {
  search search = {(uintptr_t)address, found};
  return dl_iterate_phdr(look_into, &search) ? 0 : -1;
}

#endif
