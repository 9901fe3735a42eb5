#include "modem_sim/faults.hpp"

#include <charconv>

namespace smartkar::modem_sim {
namespace {

constexpr double kMostPerHour = 3600;

constexpr std::array<FaultSpec, kFaults> kSpecs = {{
    {"uart-noise", "byte", 1, "a byte on the UART, either way, becomes another"},
    {"uart-loss", "byte", 1, "a byte on the UART, either way, is lost"},
    {"never-answer", "command", 1, "a command is not carried out and never answered"},
    {"error-instead-of-ok", "command", 1, "a command is not carried out and answered by an error"},
    {"brown-out", "command that transmits", 1,
     "the modem restarts within a second of SMCONN, SMPUB, CAOPEN, CASEND or CMGS"},
    {"byte-loss-after-wake", "wake", 1, "the first 1 ... 8 bytes after DTR woke the modem are lost"},
    {"boot-noise", "boot", 1, "1 ... 16 random bytes when the UART comes alive"},
    {"urc-storm", "hour", kMostPerHour, "50 unsolicited lines at once"},
    {"spontaneous-reboot", "hour", kMostPerHour, "the firmware restarts"},
    {"power-down-unasked", "hour", kMostPerHour, "NORMAL POWER DOWN, and off"},
    {"wedge", "hour", kMostPerHour, "dead until the supply is removed"},
    {"power-cut", "hour", kMostPerHour, "the supply fails in the middle of the next line, for 3 s; off afterwards"},
    {"pdp-drop", "hour", kMostPerHour, "the network ends the context"},
    {"nat-drop", "hour", kMostPerHour, "all connections die silently"},
    {"cell-outage", "hour", kMostPerHour, "no cell for 10 s ... 10 min"},
}};

}  // namespace

std::span<const FaultSpec, kFaults> faults() { return kSpecs; }

bool FaultRates::set(std::string_view name, std::string_view rate) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (kSpecs[i].name != name) continue;
    double value = 0;
    const auto [end, error] = std::from_chars(rate.data(), rate.data() + rate.size(), value);
    const bool valid =
        error == std::errc{} && end == rate.data() + rate.size() && value >= 0 && value <= kSpecs[i].highest;
    if (valid) rates_[i] = value;
    return valid;
  }
  return false;
}

std::string faultsText() {
  std::string text;
  for (const FaultSpec& spec : kSpecs) {
    std::string name(spec.name);
    constexpr std::size_t kNameWidth = 22;
    name.resize(kNameWidth, ' ');
    text.append("  ").append(name).append("per ").append(spec.unit).append(": ").append(spec.meaning).append("\n");
  }
  return text;
}

std::string faultsJson() {
  std::string text;
  for (const FaultSpec& spec : kSpecs) {
    text.append(text.empty() ? "" : ",").append("{\"name\":\"").append(spec.name).append("\",\"per\":\"");
    text.append(spec.unit).append("\",\"meaning\":\"").append(spec.meaning).append("\"}");
  }
  return "[" + text + "]";
}

}  // namespace smartkar::modem_sim
