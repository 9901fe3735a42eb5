#pragma once

#include <chrono>

#include "base/time.hpp"
#include "server/app/config_section.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// How long the past is kept ([history]).
struct HistoryConfig {
  std::chrono::days samples{2};    // what cars reported, message by message
  std::chrono::days rollups{730};  // the same by the hour
  std::chrono::days events{365};

  // What is too old at this time. Moves on by whole hours and days, so that looking for it is rare work.
  Retention retentionAt(UnixTime now) const;

  friend bool operator==(const HistoryConfig&, const HistoryConfig&) = default;
};

// Reads the section. What is wrong is in its problems.
HistoryConfig readHistoryConfig(ConfigSection& history);

}  // namespace smartkar::server
