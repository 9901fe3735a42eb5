#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "device/app/device_controller.hpp"
#include "server/core/command_table.hpp"

namespace smartkar::conformance {

// How often each cell of a state table was visited, by the names of its row and its column.
using Visits = std::map<std::pair<std::string, std::string>, std::uint64_t>;

void addVisits(Visits& visits, const device::DeviceController& car);
void addVisits(Visits& visits, const server::CellCounts& server);

// A table of docs/protocol.md as the code has it. reachable: false for `×`.
struct StateTable {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::map<std::pair<std::string, std::string>, bool> reachable;
};
const StateTable& serverTable();
const StateTable& carTable();

// The cells that can be reached and were not: "waiting: too_late".
std::vector<std::string> unvisited(const StateTable& table, const Visits& visits);
std::size_t reachableCells(const StateTable& table);
// The table with its visits, for people.
std::string printed(const StateTable& table, const Visits& visits);

}  // namespace smartkar::conformance
