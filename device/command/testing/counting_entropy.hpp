#pragma once

#include <cstdint>

#include "device/platform/entropy.hpp"

namespace smartkar::device {

// Numbers that are different each time and the same in every run of a test.
class CountingEntropy : public Entropy {
 public:
  std::uint32_t next() override { return ++value_; }

 private:
  std::uint32_t value_ = 0xA1B2C3;
};

}  // namespace smartkar::device
