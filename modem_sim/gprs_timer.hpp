#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::modem_sim {

// Eight binary digits: a unit of three and a value of five (3GPP TS 24.008).
bool isTimerCode(std::string_view code);

// code: isTimerCode(). Nothing: the timer is deactivated.
std::optional<Duration> activeTime(std::string_view code);  // T3324, GPRS Timer 2, §10.5.7.3
std::optional<Duration> updateTime(std::string_view code);  // T3412 extended, GPRS Timer 3, §10.5.7.4a

}  // namespace smartkar::modem_sim
