#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct CivilTime {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};
CivilTime civilTime(UnixTime time);

// "yy/MM/dd,hh:mm:ss±zz" in local time. zone: quarters of an hour east of UTC (AT Manual V1.05 §3.2.20).
std::string clockText(UnixTime utc, int zone);

// The modem's clock, kept while there is supply: it begins on 6 January 1980 and has the zone that it was last set
// with.
class RealTimeClock {
 public:
  explicit RealTimeClock(const EventQueue& events) : events_(events) {}

  UnixTime utc() const;
  int zone() const { return zone_; }
  std::string text() const { return clockText(utc(), zone_); }
  // zone: quarters of an hour, -96 … 96.
  void set(UnixTime utc, int zone);
  // The supply is gone.
  void lose();

 private:
  const EventQueue& events_;
  std::optional<UnixTime> at_start_;  // the reading at Instant{}; nothing: never set
  int zone_ = 0;
};

}  // namespace smartkar::modem_sim
