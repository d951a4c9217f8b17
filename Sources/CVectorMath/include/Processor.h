// What a thread tells its processor, for which Swift has no word.

#ifndef CVECTORMATH_PROCESSOR_H
#define CVECTORMATH_PROCESSOR_H

// Says that the thread waits for memory to change, so that another of the core can go on.
static inline void fx_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
