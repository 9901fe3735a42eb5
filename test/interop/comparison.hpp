#pragma once

#include <cstddef>
#include <string>

#include "test/interop/script.hpp"

namespace smartkar::interop {

struct Comparison {
  std::size_t steps = 0;    // that were the same
  std::size_t packets = 0;  // that clients received, of one broker
  std::string difference;   // empty: there was none; else the script up to it and what was seen of both brokers
};

// Runs the script against Mosquitto and against the model.
Comparison compare(const Script& script);

}  // namespace smartkar::interop
