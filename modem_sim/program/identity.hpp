#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// The number so many places further on, with as many digits. digits: decimal.
std::string numberBehind(std::string_view digits, std::size_t places);

// The settings of modem number `index` of many: IMEI, IMSI and ICCID are counted from those of `first`.
Config modemNumber(std::size_t index, const Config& first);

}  // namespace smartkar::modem_sim
