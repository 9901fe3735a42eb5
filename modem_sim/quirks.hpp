#pragma once

#include <span>
#include <string>
#include <string_view>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// What modems of this family were seen to do in the field, by a name of its own.
struct Quirk {
  std::string_view name;
  std::string_view settings;  // "NAME=VALUE ...", of switches and faults; empty: the simulator always does it
  std::string_view meaning;
};

std::span<const Quirk> quirks();

// Sets what makes up the quirk. False: none has this name.
bool applyQuirk(Config& config, std::string_view name);

// For people, or an array of JSON.
std::string quirksText();
std::string quirksJson();

}  // namespace smartkar::modem_sim
