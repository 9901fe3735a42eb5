#pragma once

#include "device/app/restart_memory.hpp"

namespace smartkar::device {

// From now on a broken invariant anywhere in the program is recorded in `memory`, which outlives everything; then
// restart() is called. restart: resets the processor; never returns. A program has one device, so a second call
// replaces the first.
void recordAssertions(RestartMemory& memory, void (*restart)());

}  // namespace smartkar::device
