#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/fixed_string.hpp"
#include "base/time.hpp"
#include "device/platform/wake.hpp"
#include "device/power/energy_budget.hpp"
#include "protocol/limits.hpp"

namespace smartkar::device {

// How a run ended that neither went to sleep nor restarted on purpose.
enum class CrashCause : std::uint8_t {
  None,
  Assertion,  // an invariant was broken
  Stalled,    // a dialogue did not go on
  Watchdog,   // the processor did not go on
  Unknown,    // it was reset, and nothing tells why
};

// "assertion", "stalled", "watchdog", "unknown"; None has no name.
std::string_view crashCauseName(CrashCause cause);

// What is known of a crash.
struct CrashRecord {
  using Text = FixedString<protocol::kValueTextBytesMax>;

  CrashCause cause = CrashCause::None;
  std::uint32_t boot = 0;      // that crashed
  std::uint32_t uptime_s = 0;  // of that run at its latest turn
  Text what;                   // the invariant, or the state that was not left; as much of it as fits
  Text file;                   // where the invariant stands
  std::uint32_t line = 0;
};

// What survives every reset of the processor, foreseen or not, but no power cut: the latest crash until the server was
// told, and the account of energy, so that a restart gives the car no new hour. Each change is sealed at once, because
// nothing announces a reset; one that hits the change itself looks like a power cut.
class RestartMemory {
 public:
  // A run begins. cause: why. True if the one before crashed; then crash() says what is known.
  bool begin(WakeCause cause);
  // At every turn of the run.
  void note(std::uint32_t boot, Duration uptime, const EnergyBudget& budget);
  // The run ends as it should; nothing happens after end().
  void leave();
  // The run ends here and now: nothing but a reset follows. what, file: cut to what a record has room for.
  void end(CrashCause cause, std::string_view what, std::string_view file = {}, std::uint32_t line = 0);

  const EnergyBudget& budget() const { return state_.budget; }
  void setBudget(const EnergyBudget& budget);
  // The latest one that was not told.
  const CrashRecord& crash() const { return state_.crash; }
  // All that were not told.
  std::uint32_t crashes() const { return state_.crashes; }
  void forgetCrashes();

 private:
  enum class Run : std::uint8_t { Left, UnderWay, Crashed };
  struct State {
    EnergyBudget budget;
    Run run = Run::Left;
    std::uint32_t boot = 0;
    std::uint32_t uptime_s = 0;
    std::uint32_t crashes = 0;
    CrashRecord crash;
  };
  static_assert(std::is_trivially_copyable_v<State>);

  std::uint32_t checksum() const;
  void seal() { crc_ = checksum(); }

  std::uint32_t crc_ = 0;
  State state_;
};

}  // namespace smartkar::device
