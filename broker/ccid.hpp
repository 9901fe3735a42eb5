#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"

namespace smartkar::broker {

// The check digit (Luhn, ITU-T E.118) that completes a row of decimal digits.
char luhnDigit(std::string_view digits);

// An invented CCID of 19 digits that looks like a real one but belongs to nobody: 89 (telecom), 999 (a country code
// nobody has), random digits, check digit.
std::string inventCcid(Random& random);

}  // namespace smartkar::broker
