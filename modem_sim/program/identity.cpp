#include "modem_sim/program/identity.hpp"

namespace smartkar::modem_sim {

std::string numberBehind(std::string_view digits, std::size_t places) {
  std::string result(digits);
  std::size_t carry = places;
  for (std::size_t i = result.size(); i-- > 0 && carry > 0;) {
    if (result[i] < '0' || result[i] > '9') continue;  // an ICCID may end in F
    carry += static_cast<std::size_t>(result[i] - '0');
    result[i] = static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  return result;
}

Config modemNumber(std::size_t index, const Config& first) {
  Config config = first;
  for (std::string* number : {&config.imei, &config.imsi, &config.ccid}) *number = numberBehind(*number, index);
  return config;
}

}  // namespace smartkar::modem_sim
