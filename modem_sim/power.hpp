#pragma once

#include <functional>

#include "modem_sim/config.hpp"
#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

enum class PowerState : std::uint8_t { NoSupply, Off, Psm, Starting, Running, GoingDown, Wedged };
std::string_view name(PowerState state);

// What the power state means to the rest of the modem.
struct PowerActions {
  std::function<void(bool on)> vdd_ext;
  std::function<void(bool after_psm)> firmware_starts;  // the UART comes alive
  std::function<void()> firmware_ends;                  // without a word
  std::function<void()> announce_down;                  // NORMAL POWER DOWN
};

// VBAT, PWRKEY and VDD_EXT: who is alive when (SIM7070 HW Design V1.03 §3.2, Compatible Design V1.00 Table 5).
class Power {
 public:
  Power(EventQueue& events, const Config& config, PowerActions actions)
      : events_(events), config_(config), actions_(std::move(actions)) {}

  PowerState state() const { return state_; }
  bool running() const { return state_ == PowerState::Running; }
  void setSupply(bool on);
  // pressed: PWRKEY is low.
  void setKey(bool pressed);
  // The firmware restarts; supply and VDD_EXT stay.
  void reboot();
  // CPOWD: graceful says so and takes its time.
  void shutDown(bool graceful);
  // Power saving mode: the firmware ends and VDD_EXT goes; PWRKEY and wakeFromPsm() bring both back.
  void enterPsm();
  void wakeFromPsm();
  // Dead until the supply is removed (field reports of modems that only a power cut revived).
  void wedge();
  // Alive without boot sequence delays, for a host that finds the modem running.
  void startNow();

 private:
  void keyHeld();
  void start(Duration until_uart);
  void off();
  void endFirmware();

  EventQueue& events_;
  const Config& config_;
  PowerActions actions_;
  PowerState state_ = PowerState::NoSupply;
  bool pressed_ = false;
  bool turning_on_ = false;  // this press began while off or in PSM
  bool after_psm_ = false;   // the start under way
  Instant pressed_at_{};
  Instant off_at_ = Instant::min();
  EventQueue::Id key_timer_ = 0;
  EventQueue::Id vdd_timer_ = 0;
  EventQueue::Id state_timer_ = 0;
};

}  // namespace smartkar::modem_sim
