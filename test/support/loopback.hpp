#pragma once

#include <cstdint>

namespace smartkar::test {

// A TCP port on 127.0.0.1 that was free a moment ago.
std::uint16_t freeLoopbackPort();

}  // namespace smartkar::test
