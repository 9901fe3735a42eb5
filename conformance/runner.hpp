#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/rig.hpp"
#include "conformance/script.hpp"
#include "server/core/command_table.hpp"

namespace smartkar::conformance {

enum class Verdict : std::uint8_t { Ok, Failed, NotRun };

struct Report {
  Verdict verdict = Verdict::Ok;
  std::string why;                        // Failed: file, line and what was expected. NotRun: what it needs
  std::vector<server::CellCounts> cells;  // what it visited of the server's table
};

// Plays one scenario, then ends all faults, waits until every command has ended, and checks the promises.
Report run(const Script& script, Rig& rig);

}  // namespace smartkar::conformance
