#pragma once

#include <sys/random.h>

#include "base/assert.hpp"
#include "device/platform/entropy.hpp"

namespace smartkar::ports {

class OsEntropy : public device::Entropy {
 public:
  std::uint32_t next() override {
    std::uint32_t value = 0;
    SK_ASSERT(getrandom(&value, sizeof value, 0) == sizeof value);
    return value;
  }
};

}  // namespace smartkar::ports
