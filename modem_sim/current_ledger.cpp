#include "modem_sim/current_ledger.hpp"

namespace smartkar::modem_sim {
namespace {

using Currents = std::array<double, kLoads>;  // in the order of Load, in microamperes

// Sources: SIM7080 SPEC = SIM7080 Series SPEC 2020-03; SIM7070 HW = SIM7070 HW Design V1.03 §5.5 (same chipset, 3.8 V);
// SIM7000 HW = SIM7000 HW V1.07. No document has eDRX on CAT-M: somewhere between the sleep of the SIM7000 and that of
// NB-IoT. The whole of a radio connection counts as sending, tail included: an upper bound.

// Off: SIM7000 HW. PSM, sleep, idle: SIM7080 SPEC. Connected: CAT-M at 10 dBm; GNSS: SIM7070 HW.
constexpr Currents kSpec = {0, 7, 3.2, 600, 600, 10'000, 100'000, 54'000};
// Off, idle, connected (CAT-M at 21 dBm): SIM7070 HW. PSM: Low Power Mode App Note V1.02 §3. Sleep: SIM7000 HW.
constexpr Currents kConservative = {0, 15, 3.5, 1'200, 1'200, 18'000, 119'000, 54'000};
// NB-IoT, all of SIM7070 HW; connected at 21 dBm; eDRX with a paging window of 40.96 in 81.92 s.
constexpr Currents kNb = {0, 15, 3.5, 1'200, 600, 14'000, 133'000, 54'000};

const Currents& currentsOf(CurrentProfile profile) {
  switch (profile) {
    case CurrentProfile::Spec:
      return kSpec;
    case CurrentProfile::Conservative:
      return kConservative;
    case CurrentProfile::Nb:
      break;
  }
  return kNb;
}

constexpr double kMicroampereMicrosecondsPerMah = 1000.0 * 3'600'000'000.0;

}  // namespace

std::string_view name(Load load) {
  constexpr std::array<std::string_view, kLoads> kNames = {"no_supply",  "off",  "psm",       "sleep",
                                                           "sleep_edrx", "idle", "connected", "gnss"};
  return kNames[static_cast<std::size_t>(load)];
}

double microamperes(Load load, const Config& config) {
  const Behaviour& behaviour = config.behaviour;
  if (load == Load::SleepEdrx && behaviour.edrx_current_ua >= 0) return behaviour.edrx_current_ua;
  return currentsOf(behaviour.current_profile)[static_cast<std::size_t>(load)];
}

Charge CurrentLedger::charge(const Config& config) const {
  Charge charge;
  charge.time = time_;
  for (std::size_t i = 0; i < kLoads; ++i) {
    charge.mah[i] = static_cast<double>(time_[i].count()) * microamperes(static_cast<Load>(i), config) /
                    kMicroampereMicrosecondsPerMah;
    charge.total_mah += charge.mah[i];
  }
  return charge;
}

}  // namespace smartkar::modem_sim
