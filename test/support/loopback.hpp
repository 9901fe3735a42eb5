#pragma once

#include <cstdint>

namespace smartkar::test {

// A TCP port on 127.0.0.1 that nobody has and that no other test is given before this process ends.
std::uint16_t freeLoopbackPort();

}  // namespace smartkar::test
