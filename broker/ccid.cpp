#include "broker/ccid.hpp"

namespace smartkar::broker {

char luhnDigit(std::string_view digits) {
  unsigned sum = 0;
  bool doubled = true;  // counted from the right, the first digit before the check digit is doubled
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, doubled = !doubled) {
    const auto value = static_cast<unsigned>(*digit - '0') * (doubled ? 2U : 1U);
    sum += value > 9 ? value - 9 : value;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string inventCcid(Random& random) {
  std::string ccid = "89999";
  while (ccid.size() < 18) ccid += static_cast<char>('0' + random.below(10));
  return ccid + luhnDigit(ccid);
}

}  // namespace smartkar::broker
