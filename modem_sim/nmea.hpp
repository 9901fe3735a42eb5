#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "modem_sim/gnss.hpp"

namespace smartkar::modem_sim {

// The sentences of one second (NMEA 0183), each with its check sum and line end. types: as AT+SGNSCFG="NMEATYPE", a bit
// for each kind. position: nothing: no fix. two_systems: another constellation runs beside GPS.
std::string nmeaSentences(int types, const std::optional<GnssPosition>& position, UnixTime utc, bool two_systems);

}  // namespace smartkar::modem_sim
