#pragma once

#include <optional>

namespace smartkar::device {

// What the power chip measures of the unit's own cell and its supply.
struct PowerReading {
  std::optional<int> cell_mv;       // unknown without a cell
  std::optional<int> cell_percent;  // 0 … 100, of the chip's gauge; unknown until it has one
  bool supply = false;              // from outside
  bool charging = false;

  friend bool operator==(const PowerReading&, const PowerReading&) = default;
};

// What happened since the chip was last asked. It keeps them through deep sleep: they are why it woke the processor.
struct PowerEvents {
  bool cell_low = false;       // the gauge fell to the first warning
  bool cell_critical = false;  // to the second one
  bool supply_inserted = false;
};

// The power chip (docs/sources.md, board). Both calls take less than a millisecond.
class PowerChip {
 public:
  virtual ~PowerChip() = default;
  // A chip that does not answer: everything unknown, and a supply, so that nothing is switched off on a guess.
  virtual PowerReading read() = 0;
  // Reads what is latched, then clears just that: nothing gets lost between the two.
  virtual PowerEvents takeEvents() = 0;
};

}  // namespace smartkar::device
