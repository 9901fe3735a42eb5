#pragma once

#include <cstdint>
#include <string>

#include "server/store/sql_database.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// Keeps history from growing without end: sums samples up by the hour and forgets what is older still. It goes through
// all cars once whenever the Retention has moved on, in steps of one short transaction each. What arrives late for an
// hour that was summed up is added to it the next time.
class HistoryPruner {
 public:
  // Does one step. True if there may be more to do. A step that fails, which the database remembers, is done again by
  // the next call.
  bool step(SqlDatabase& database, const Retention& retention);

 private:
  enum class Phase : std::uint8_t { Samples, Rollups, Events, Presence, Done };  // in their order
  bool work(SqlDatabase& database, std::string& ccid) const;

  Phase phase_ = Phase::Done;
  Retention retention_;  // of the pass that goes on, or was the latest
  std::string ccid_;     // the cars up to this one are done in this phase
};

}  // namespace smartkar::server
