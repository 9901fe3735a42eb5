#include "device/power/cell_policy.hpp"

#include <algorithm>

namespace smartkar::device {

CellLevel cellLevel(const CellSettings& settings, CellLevel before, const PowerReading& reading,
                    const PowerEvents& events) {
  const int percent =
      reading.cell_percent.value_or(settings.recovered_percent - 1);  // unknown: only the warnings count
  if (percent >= settings.recovered_percent) return CellLevel::Good;
  if (before == CellLevel::Critical || events.cell_critical || percent <= settings.critical_percent) {
    return CellLevel::Critical;
  }
  if (events.cell_low || percent <= settings.low_percent) return CellLevel::Low;
  return before;
}

}  // namespace smartkar::device
