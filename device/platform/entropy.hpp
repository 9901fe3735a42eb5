#pragma once

#include <cstdint>

namespace smartkar::device {

// Unpredictable numbers for contact nonces and the journal's epoch.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual std::uint32_t next() = 0;
};

}  // namespace smartkar::device
