#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace smartkar::device {

// How the simulated car behaves (docs/sources.md, e-Golf). Defaults are what was seen on a real one.
struct EGolfSettings {
  std::uint64_t seed = 1;
  double speed = 1.0;            // how much faster than real time batteries charge and cabins warm; 0.1 … 3600
  Duration wake_delay = 1500ms;  // wake frame to first broadcast
  Duration answers_after = 2s;   // from the first broadcast on the car answers requests
  Duration read_delay = 300ms;   // a question to its answer
  Duration write_delay = 500ms;  // profile write to its status
  Duration heartbeat = 500ms;    // between two "still working" before the answer to start or stop
  Duration natural_wake = 30s;   // frames after a door, lock, key or plug change
  Duration falls_asleep = 60s;   // after the last reason to be awake
  int heartbeats_max = 3;
  bool wakes = true;
  bool answers_questions = true;
  bool answers_profile = true;
  bool rejects_profile = false;
  bool answers_operation = true;  // false: heartbeats for ever
  bool rejects_operation = false;

  double soc = 55;  // percent
  bool plugged = true;
  bool has_supply = true;
  bool locked = true;
  double inside_c = 12;
  double outside_c = 11.5;
  std::int64_t odometer_km = 43210;
  bool gps_fix = true;          // the position below is known
  double latitude = 52.427523;  // where the car stands
  double longitude = 10.787046;
};

}  // namespace smartkar::device
