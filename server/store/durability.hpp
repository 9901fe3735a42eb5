#pragma once

#include <cstdint>

namespace smartkar::server {

// When a commit counts as done. Whatever is chosen survives kill -9.
enum class Durability : std::uint8_t {
  Full,    // it is on the disk: it survives power loss too (P7)
  Normal,  // the system has it: power loss may take the latest commits, the store is whole all the same
};

}  // namespace smartkar::server
