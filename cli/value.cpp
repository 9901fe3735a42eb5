#include "cli/value.hpp"

#include <boost/json/parse.hpp>

namespace smartkar::cli {

boost::json::value parameterValue(std::string_view text) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (!error && (value.is_number() || value.is_bool() || value.is_string())) return value;
  return boost::json::string(text);
}

}  // namespace smartkar::cli
