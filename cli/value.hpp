#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace smartkar::cli {

// What a parameter's text means: a JSON number, true, false or a text in quotes is that value; anything else is the
// text itself ("080", "nan" and "null" too).
boost::json::value parameterValue(std::string_view text);

}  // namespace smartkar::cli
