#include "protocol/decimal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace smartkar::protocol {
namespace {

// All digits fit 64 bits.
constexpr int kDigitsMax = 18;
// Beyond every double, whatever the digits: longer exponents change nothing.
constexpr int kExponentMax = 1000;

// Powers of ten that a double holds exactly.
constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kPowerMax = static_cast<int>(kPowers.size()) - 1;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool accept(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

int readExponent(std::string_view text) {
  const bool negative = accept(text, '-');
  if (!negative) accept(text, '+');
  int exponent = 0;
  for (const char c : text) exponent = std::min(exponent * 10 + (c - '0'), kExponentMax);
  return negative ? -exponent : exponent;
}

double scaled(double value, int exponent) {
  while (exponent != 0 && value != 0 && std::isfinite(value)) {
    const int step = std::clamp(exponent, -kPowerMax, kPowerMax);
    const double power = kPowers[static_cast<std::size_t>(std::abs(step))];
    value = step > 0 ? value * power : value / power;
    exponent -= step;
  }
  return value;
}

}  // namespace

std::optional<double> parseDecimal(std::string_view text) {
  const bool negative = accept(text, '-');
  std::uint64_t digits = 0;
  int count = 0;
  int exponent = 0;
  bool fraction = false;
  for (; !text.empty() && (isDigit(text[0]) || text[0] == '.'); text.remove_prefix(1)) {
    if (text[0] == '.') {
      fraction = true;
    } else if (count < kDigitsMax) {
      digits = digits * 10 + static_cast<std::uint64_t>(text[0] - '0');
      if (digits != 0) ++count;
      if (fraction) --exponent;
    } else if (!fraction) {
      ++exponent;
    }
  }
  if (!text.empty()) exponent += readExponent(text.substr(1));
  const double value = scaled(static_cast<double>(digits), exponent);
  if (!std::isfinite(value)) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace smartkar::protocol
