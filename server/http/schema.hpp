#pragma once

#include <string>

namespace smartkar::server {

// What may be asked of cars and what they report, as JSON text: {"actions":[…],"conditions":[…],"fields":[…]}, with
// types, units, ranges and defaults of the tables that check them (protocol/actions.hpp, protocol/state.hpp).
std::string schemaJson();

}  // namespace smartkar::server
