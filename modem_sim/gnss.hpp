#pragma once

#include <optional>
#include <string>

#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

struct Core;

// Where the antenna is, in degrees: -90 … 90, -180 … 180.
struct GnssPosition {
  double latitude = 0;
  double longitude = 0;
};

// The satellite receiver, which shares the radio's path to the antenna: see Behaviour::gnss_conflict.
class Gnss {
 public:
  // What is known from before: ephemerides, the almanac, nothing.
  enum class Start : std::uint8_t { Hot, Warm, Cold };

  explicit Gnss(Core& core) : core_(core) {}

  bool on() const { return on_; }
  bool fixed() const { return fixed_; }
  // Starts as well as it can, at best as SGNSCFG="ADSS" allows. Nothing if it is on.
  void switchOn();
  void switchOff();
  // AT+CGNSHOT and its like: on, and looking anew.
  void start(Start start);
  // AT+SGNSCMD=1 and 2: on, and the position printed once, then off; or at every interval if it moved so far.
  void reportOnce();
  void reportEvery(Duration interval, double metres);

  // Nothing: no sky above the antenna.
  void setPosition(std::optional<GnssPosition> position);
  const std::optional<GnssPosition>& position() const { return position_; }
  // The supply is gone, and with it what was known.
  void forget();
  // The firmware ended.
  void reset();

 private:
  Start bestStart() const;
  void search(Start start);
  void found();
  void giveUp();
  void reportAgain();
  void report();
  void speak();
  std::string reportText() const;

  Core& core_;
  bool on_ = false;
  bool fixed_ = false;
  std::optional<GnssPosition> position_;
  std::optional<Instant> last_fix_;
  int report_mode_ = 0;  // of SGNSCMD
  Duration interval_{0};
  double distance_ = 0;
  std::optional<GnssPosition> reported_;
  EventQueue::Id fix_timer_ = 0;
  EventQueue::Id report_timer_ = 0;
  EventQueue::Id nmea_timer_ = 0;
};

}  // namespace smartkar::modem_sim
