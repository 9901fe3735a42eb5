#pragma once

#include "device/platform/testing/cut_flash.hpp"
#include "test/conformance/power.hpp"

namespace smartkar::conformance {

// Flash that can wear out, and that takes the power with it when it is cut in the middle of a record.
class RigFlash : public device::CutFlash {
 public:
  explicit RigFlash(Power& power) : CutFlash(4096), power_(power) {}

  using Done = Result<void, device::FlashError>;
  Done write(std::size_t offset, std::span<const std::uint8_t> bytes) override {
    if (worn_out || !power_.on) return Failure{device::FlashError::Failed};
    auto done = CutFlash::write(offset, bytes);
    if (!done) power_.on = false;
    return done;
  }
  Done eraseSector(std::size_t index) override {
    if (worn_out || !power_.on) return Failure{device::FlashError::Failed};
    auto done = CutFlash::eraseSector(index);
    if (!done) power_.on = false;
    return done;
  }
  void erase() { std::ranges::fill(bytes(), std::uint8_t{0xFF}); }

  bool worn_out = false;

 private:
  Power& power_;
};

}  // namespace smartkar::conformance
