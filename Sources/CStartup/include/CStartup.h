// What the command needs of its start and of its C library, for which Swift has no word.

#ifndef CSTARTUP_H
#define CSTARTUP_H

// The arguments of the process, the command's own name first, and how many they are: as the system
// passed them, where Swift's library reads them from /proc, which need not be mounted.
int fx_argument_count(void);
char *const *fx_arguments(void);

#endif
