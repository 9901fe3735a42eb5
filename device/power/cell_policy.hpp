#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "device/platform/power_chip.hpp"

namespace smartkar::device {

struct CellSettings {
  int low_percent = 10;           // says goodbye and sleeps with the modem off
  int critical_percent = 5;       // the same at once
  int recovered_percent = 15;     // above the first level, so that a supply that comes and goes does not flap
  Duration low_limit = 90s;       // for the command under way and the farewell
  Duration critical_limit = 10s;  // for the farewell
  Duration look_interval = 1h;    // of a sleep with the modem off, should the insertion of a supply be missed
};

// How low the unit's own cell is.
enum class CellLevel : std::uint8_t { Good, Low, Critical };

// before: of the look before this one. A level stays until the cell has recovered.
CellLevel cellLevel(const CellSettings& settings, CellLevel before, const PowerReading& reading,
                    const PowerEvents& events);

// What has to be done about it: nothing with a supply from outside.
constexpr CellLevel shortage(CellLevel level, const PowerReading& reading) {
  return reading.supply ? CellLevel::Good : level;
}

}  // namespace smartkar::device
