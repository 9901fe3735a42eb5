#include "modem_sim/gnss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

#include "modem_sim/core.hpp"
#include "modem_sim/nmea.hpp"

namespace smartkar::modem_sim {
namespace {

using Owner = EventQueue::Owner;

constexpr Duration kEphemerisAge = std::chrono::hours(2);  // GPS renews them so often (IS-GPS-200 §20.3.4.4)
constexpr int kAdssWarm = 1;                               // SGNSCFG="ADSS": 0 hot, 1 warm, 2 … 4 cold (§8.2.9)

// Good enough for distances at which a report is due.
double metres(const GnssPosition& from, const GnssPosition& to) {
  constexpr double kMetresPerDegree = 111'195;  // of latitude, on a sphere of 6371 km
  const double latitude = (to.latitude - from.latitude) * kMetresPerDegree;
  const double shrunk = std::cos(from.latitude * std::numbers::pi / 180);
  return std::hypot(latitude, (to.longitude - from.longitude) * kMetresPerDegree * shrunk);
}

}  // namespace

void Gnss::switchOn() {
  if (!on_) start(bestStart());
}

void Gnss::start(Start start) {
  if (!std::exchange(on_, true)) {
    const GnssConflict conflict = core_.config.behaviour.gnss_conflict;
    if (conflict == GnssConflict::Crash && core_.radio.registered()) {
      core_.events.after(100ms, Owner::Firmware, [this] { core_.power.reboot(); });
    }
    core_.radio.setRfAway(conflict != GnssConflict::None);
    nmea_timer_ = core_.events.after(1s, Owner::Firmware, [this] { speak(); });
  }
  search(start);
}

void Gnss::switchOff() {
  if (!on_) return;
  reset();
  core_.radio.setRfAway(false);
}

Gnss::Start Gnss::bestStart() const {
  const int allowed = core_.settings.gnss.delete_data;
  if (!last_fix_ || allowed > kAdssWarm) return Start::Cold;
  const bool fresh = core_.events.now() - *last_fix_ < kEphemerisAge;
  return fresh && allowed < kAdssWarm ? Start::Hot : Start::Warm;
}

void Gnss::search(Start start) {
  const Timing& timing = core_.config.timing;
  fixed_ = false;
  core_.events.cancel(fix_timer_);
  if (!position_) return;
  const Duration until = start == Start::Hot    ? timing.gnss_hot
                         : start == Start::Warm ? timing.gnss_warm
                                                : timing.gnss_cold;
  fix_timer_ = core_.events.after(until, Owner::Firmware, [this] { found(); });
}

void Gnss::found() {
  fixed_ = true;
  last_fix_ = core_.events.now();
  if (report_mode_ == 1) {
    report();
    switchOff();
  } else if (report_mode_ == 2) {
    reportAgain();
  }
}

void Gnss::reportOnce() {
  report_mode_ = 1;
  switchOn();
  report_timer_ = core_.events.after(std::chrono::milliseconds(core_.settings.gnss.timeout_ms), Owner::Firmware,
                                     [this] { giveUp(); });
}

void Gnss::giveUp() {
  constexpr std::string_view kTimeout = "+SGNSERR: 10";  // §8.2.10
  core_.urc(UrcKind::Other, std::string(kTimeout));
  switchOff();
}

void Gnss::reportEvery(Duration interval, double metres) {
  report_mode_ = 2;
  interval_ = interval;
  distance_ = metres;
  reported_.reset();
  switchOn();
  if (fixed_) reportAgain();
}

void Gnss::reportAgain() {
  if (fixed_ && (!reported_ || metres(*reported_, *position_) >= distance_)) report();
  core_.events.cancel(report_timer_);
  report_timer_ = core_.events.after(interval_, Owner::Firmware, [this] { reportAgain(); });
}

void Gnss::report() {
  reported_ = position_;
  core_.urc(UrcKind::Other, reportText());
}

// §8.2.10: mode, time, latitude, longitude, accuracy, altitude, that above the sea, speed, bearing, time stamp in ms,
// flags; with EXTRAINFO the date before the time and the satellites behind it. Values of the manual's example but for
// time and place.
std::string Gnss::reportText() const {
  const UnixTime now = core_.gnssTime();
  const CivilTime utc = civilTime(now);
  std::array<char, 64> place{};
  std::snprintf(place.data(), place.size(), "%.5f,%.5f", position_->latitude, position_->longitude);
  std::array<char, 32> date{};
  std::snprintf(date.data(), date.size(), "%04d-%02d-%02d,", utc.year, utc.month, utc.day);
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%02d:%02d:%02d,", utc.hour, utc.minute, utc.second);
  std::array<char, 64> rest{};
  std::snprintf(rest.data(), rest.size(), ",8.41,28.45,18.99,0.0,0.0,0x%llx,311",
                static_cast<unsigned long long>(unixSeconds(now)) * 1000);
  std::string text = "+SGNSCMD: " + std::to_string(report_mode_) + ",";
  if (core_.settings.gnss.extra_info == 1) text += date.data();
  text += time.data();
  if (core_.settings.gnss.extra_info == 1) text += "8,";
  return text + place.data() + rest.data();
}

// Once a second, at the port for NMEA.
void Gnss::speak() {
  nmea_timer_ = core_.events.after(1s, Owner::Firmware, [this] { speak(); });
  const GnssSettings& settings = core_.settings.gnss;
  if (settings.nmea_port == 0) return;
  const auto& systems = core_.saved.gnss_constellations;
  const bool two_systems = std::ranges::find(systems, 1) != systems.end();
  const std::string text =
      nmeaSentences(settings.nmea_type, fixed_ ? position_ : std::nullopt, core_.gnssTime(), two_systems);
  if (!text.empty()) core_.host.onNmea(text);
}

void Gnss::setPosition(std::optional<GnssPosition> position) {
  const bool had_sky = position_.has_value();
  position_ = position;
  if (on_ && had_sky != position_.has_value()) search(bestStart());
}

void Gnss::forget() { last_fix_.reset(); }

void Gnss::reset() {
  for (EventQueue::Id* timer : {&fix_timer_, &report_timer_, &nmea_timer_})
    core_.events.cancel(std::exchange(*timer, 0));
  on_ = false;
  fixed_ = false;
  report_mode_ = 0;
}

}  // namespace smartkar::modem_sim
