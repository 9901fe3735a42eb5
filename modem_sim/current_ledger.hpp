#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

// What the modem draws its current for.
enum class Load : std::uint8_t {
  NoSupply,
  Off,
  Psm,
  Sleep,      // slow clock, paged at every DRX occasion
  SleepEdrx,  // slow clock, paged in the windows of an eDRX cycle
  Idle,       // awake, the radio too, but without a connection
  Connected,  // the radio has a connection: data, and the tail behind them
  Gnss,
};
inline constexpr std::size_t kLoads = 8;
std::string_view name(Load load);

// What has gone out of the supply, by load.
struct Charge {
  std::array<Duration, kLoads> time{};
  std::array<double, kLoads> mah{};
  double total_mah = 0;

  Duration timeOf(Load load) const { return time[static_cast<std::size_t>(load)]; }
  double mahOf(Load load) const { return mah[static_cast<std::size_t>(load)]; }
};

// Microamperes for a load, by the profile and the switches of `config`.
double microamperes(Load load, const Config& config);

// How long the modem has drawn current for what. The price is put on it when asked, by the profile chosen then.
class CurrentLedger {
 public:
  void spend(Load load, Duration time) { time_[static_cast<std::size_t>(load)] += time; }
  Charge charge(const Config& config) const;

 private:
  std::array<Duration, kLoads> time_{};
};

}  // namespace smartkar::modem_sim
