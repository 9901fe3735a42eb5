#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "conformance/runner.hpp"
#include "test/conformance/visits.hpp"

namespace smartkar::conformance {

// One scenario on a new virtual car, and what it visited of both tables.
struct Played {
  Report report;
  Visits server;
  Visits car;
};
Played playVirtually(const Script& script, LogSink& log);

void addVisits(Visits& sum, const Visits& more);

}  // namespace smartkar::conformance
