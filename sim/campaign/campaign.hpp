#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/notebook.hpp"

namespace smartkar::sim {

// One run. Everything in it follows from these.
struct CampaignSettings {
  std::uint64_t seed = 1;
  std::size_t cars = 1;          // 1 … 9
  Duration span = 24h;           // in which things go wrong; the time to recover comes on top
  std::set<std::string> faults;  // names of faultKinds(); empty: nothing goes wrong
};

// How long a command took, from the order to its end, and what woke the car for it.
struct Outcome {
  std::string path;  // "awake", "ring", "sms", "timer"
  std::string state;
  Duration took{};
};

struct CampaignResult {
  std::vector<Violation> violations;
  std::uint64_t trace = 0;          // hash of everything that was to be seen
  std::vector<std::string> faults;  // the kinds of this run, in their order
  std::uint64_t inflicted = 0;
  std::vector<Outcome> outcomes;
  double mah_per_day = 0;  // of a car's modem, on average
};

// A line of the story of a run, for people. time: since its begin.
using Teller = std::function<void(Duration time, std::string_view line)>;

// Plays it: breaks things for the span and checks all the while, then mends everything and demands what the promise
// says. tell: gets the story; nothing: nobody listens.
CampaignResult play(const CampaignSettings& settings, const Teller& tell = {});

// Every fault there is.
std::set<std::string> allFaults();

}  // namespace smartkar::sim
