#pragma once

#include <sys/types.h>

namespace smartkar::bench {

// Processor time of a running process so far, user and system, in seconds.
double processorSeconds(pid_t pid);
// Memory of it that is resident now, and the most that ever was.
double residentMib(pid_t pid);
double peakResidentMib(pid_t pid);

}  // namespace smartkar::bench
