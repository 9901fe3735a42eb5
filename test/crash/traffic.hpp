#pragma once

#include <string>

#include "test/crash/crash_world.hpp"
#include "test/crash/owners.hpp"
#include "test/crash/wire_cars.hpp"
#include "test/load/telemetry_load.hpp"

namespace smartkar::test {

// All that goes on in a CrashWorld while something is broken: telemetry, and commands and the cars that obey them.
class Traffic {
 public:
  // world: with server and broker running; outlives this.
  explicit Traffic(CrashWorld& world);

  TelemetryLoad& load() { return load_; }
  // Lets so many more messages be acknowledged by the broker.
  void pass(std::size_t messages);
  // Ends the traffic, waits until what is under way has arrived, and expects that every message that the broker had
  // acknowledged is in the store, none twice, that every command has ended, and that each was obeyed at most once.
  // forgotten: so many of the first messages may be missing, because a broker has lost its memory since.
  void expectNothingLostOrDoubled(std::size_t forgotten = 0);

 private:
  bool eventually(const std::function<bool()>& condition) const;

  CrashWorld& world_;
  WireCars cars_;
  TelemetryLoad load_;
  Owners owners_;
};

}  // namespace smartkar::test
