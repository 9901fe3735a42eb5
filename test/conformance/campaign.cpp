#include "test/conformance/campaign.hpp"

#include "test/conformance/virtual_rig.hpp"

namespace smartkar::conformance {

Played playVirtually(const Script& script, LogSink& log) {
  VirtualRig rig(log);
  Played played;
  played.report = run(script, rig);
  for (const auto& counts : played.report.cells) addVisits(played.server, counts);
  played.car = rig.visits();
  return played;
}

void addVisits(Visits& sum, const Visits& more) {
  for (const auto& [cell, count] : more) sum[cell] += count;
}

}  // namespace smartkar::conformance
