#include "device/app/restart_memory.hpp"

#include <span>

#include "base/crc32.hpp"

namespace smartkar::device {
namespace {

CrashRecord::Text cut(std::string_view text) { return text.substr(0, CrashRecord::Text::capacity()); }

std::string_view nameOfFile(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

std::string_view crashCauseName(CrashCause cause) {
  switch (cause) {
    case CrashCause::None:
      break;
    case CrashCause::Assertion:
      return "assertion";
    case CrashCause::Stalled:
      return "stalled";
    case CrashCause::Watchdog:
      return "watchdog";
    case CrashCause::Unknown:
      return "unknown";
  }
  return {};
}

bool RestartMemory::begin(WakeCause cause) {
  if (crc_ != checksum()) state_ = {};
  if (state_.run == Run::UnderWay) {
    end(cause == WakeCause::Watchdog ? CrashCause::Watchdog : CrashCause::Unknown, {});
  }
  const bool crashed = state_.run == Run::Crashed;
  state_.run = Run::UnderWay;
  seal();
  return crashed;
}

void RestartMemory::note(std::uint32_t boot, Duration uptime, const EnergyBudget& budget) {
  state_.boot = boot;
  state_.uptime_s = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(uptime).count());
  setBudget(budget);
}

void RestartMemory::leave() {
  if (state_.run != Run::Crashed) state_.run = Run::Left;
  seal();
}

void RestartMemory::end(CrashCause cause, std::string_view what, std::string_view file, std::uint32_t line) {
  state_.run = Run::Crashed;
  ++state_.crashes;
  state_.crash = {cause, state_.boot, state_.uptime_s, cut(what), cut(nameOfFile(file)), line};
  seal();
}

void RestartMemory::setBudget(const EnergyBudget& budget) {
  state_.budget = budget;
  seal();
}

void RestartMemory::forgetCrashes() {
  state_.crashes = 0;
  state_.crash = {};
  seal();
}

// Another layout gives another checksum.
std::uint32_t RestartMemory::checksum() const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&state_);
  return crc32(std::span(bytes, sizeof(state_)), 0x534B0002U ^ static_cast<std::uint32_t>(sizeof(state_)));
}

}  // namespace smartkar::device
