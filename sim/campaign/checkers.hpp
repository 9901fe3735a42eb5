#pragma once

#include <memory>
#include <vector>

#include "sim/campaign/notebook.hpp"
#include "sim/campaign/watcher.hpp"

namespace smartkar::sim {

// One for each promise. They look from outside and share no code with what they check. notebook: outlives them, and
// gets the violations.
std::unique_ptr<Watcher> checkAtMostOnce(Notebook& notebook);   // P1
std::unique_ptr<Watcher> checkNeverStale(Notebook& notebook);   // P2
std::unique_ptr<Watcher> checkNotLost(Notebook& notebook);      // P3
std::unique_ptr<Watcher> checkHonest(Notebook& notebook);       // P4
std::unique_ptr<Watcher> checkNeverStuck(Notebook& notebook);   // P5
std::unique_ptr<Watcher> checkPresence(Notebook& notebook);     // P6
std::unique_ptr<Watcher> checkNothingLost(Notebook& notebook);  // P7
std::unique_ptr<Watcher> checkBattery(Notebook& notebook);      // P8

// The longest sleep and five minutes (P5).
inline constexpr Duration kContactLimit = 3h + 5min;

}  // namespace smartkar::sim
