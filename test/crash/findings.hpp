#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "server/store/store.hpp"
#include "test/crash/owners.hpp"
#include "test/crash/wire_cars.hpp"
#include "test/load/telemetry_load.hpp"

namespace smartkar::test {

// What the store has of the telemetry that the broker acknowledged.
struct TelemetryFindings {
  std::size_t missing = 0;
  std::size_t doubled = 0;
  std::string first;  // of those, for people
};
TelemetryFindings compare(server::Store& store, const std::vector<std::string>& ccids,
                          const std::vector<LoadMessage>& acknowledged);

// Commands that have not ended. Empty: all have.
std::size_t openCommands(server::Store& store, const std::vector<std::string>& ccids,
                         const std::vector<Owners::Accepted>& accepted);

// What is wrong with commands that have all ended, a sentence each: one that was accepted and is not there, one that
// nobody asked for, a vehicle that was moved twice for one, or not although it is called completed.
std::vector<std::string> wrongCommands(server::Store& store, const std::vector<std::string>& ccids,
                                       const std::vector<Owners::Accepted>& accepted, const WireCars& cars);

}  // namespace smartkar::test
