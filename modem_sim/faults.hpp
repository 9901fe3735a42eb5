#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smartkar::modem_sim {

// What goes wrong by chance, in the order of faults().
enum class Fault : std::uint8_t {
  UartNoise,
  UartLoss,
  NeverAnswer,
  ErrorInsteadOfOk,
  BrownOut,
  LossAfterWake,
  BootNoise,
  UrcStorm,
  Reboot,
  PowerDown,
  Wedge,
  PowerCut,
  PdpDrop,
  NatDrop,
  CellOutage,
};
constexpr std::size_t kFaults = 15;

struct FaultSpec {
  std::string_view name;
  std::string_view unit;  // what the rate counts by
  double highest;         // rate: 1 for a probability
  std::string_view meaning;
};
std::span<const FaultSpec, kFaults> faults();

// How often each happens; nothing does by default.
class FaultRates {
 public:
  double operator[](Fault fault) const { return rates_[static_cast<std::size_t>(fault)]; }
  // False: no fault has this name, or the rate is not a number of 0 … FaultSpec::highest.
  bool set(std::string_view name, std::string_view rate);
  void clear() { rates_ = {}; }

 private:
  std::array<double, kFaults> rates_{};
};

// For people, or an array of JSON.
std::string faultsText();
std::string faultsJson();

}  // namespace smartkar::modem_sim
