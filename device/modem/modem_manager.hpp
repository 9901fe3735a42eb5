#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/arena.hpp"
#include "base/fixed_string.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/scheduler.hpp"
#include "base/task.hpp"
#include "device/at/at_engine.hpp"
#include "device/at/command_line.hpp"
#include "device/modem/modem_state.hpp"
#include "device/modem/recovery_ladder.hpp"
#include "device/modem/sim7080.hpp"
#include "device/platform/modem_pins.hpp"

namespace smartkar::device {

struct ModemSettings {
  FixedString<64> apn;                     // empty: the network chooses
  sim7080::EdrxCycle edrx_cycle = "0010";  // 20.48 s (SIM7080 AT Manual V1.05 §5.2.42); empty: no eDRX
  bool ring_for_data_only = false;         // RI for TCP data and SMS only, not for other URCs
  Duration sim_deadline = 20s;
  Duration registration_deadline = 180s;
  Duration bearer_deadline = 120s;
  std::uint64_t seed = 1;  // spreads the back-off; should differ from car to car
};

// Frames of the deepest dialogue of this object, on a 64-bit machine; measured in its test.
inline constexpr std::size_t kModemArenaBytes = 4096;

// Brings the modem from whatever state it is in to IP connectivity and keeps account of what is known of it. All
// dialogues with the modem run one at a time: the same arena serves this object and whoever uses it.
class ModemManager : private UrcHandler {
 public:
  // All parameters but settings must outlive the object. arena: shared with the link manager; kModemArenaBytes alone.
  ModemManager(AtEngine& at, ModemPins& pins, Scheduler& scheduler, Arena& arena, LogSink& sink,
               const ModemSettings& settings);

  using Done = Result<void, ModemError>;

  // Ends with IP connectivity, or says why not. Starts, configures, registers and activates as far as necessary: a
  // modem that kept its bearer costs three short commands. After a failure the next call first waits for the back-off
  // and takes the next step of the recovery ladder, so calling again is always right.
  Task<Done> connect();
  // Field strength in dBm, -115 … -52. Failed: the modem cannot tell now.
  Task<Result<int, ModemError>> signal();
  // The SIM's number, 19 or 20 digits. Failed: the answer was none.
  Task<Result<sim7080::Ccid, ModemError>> ccid();
  // Whose network it is. Failed: none, or the modem cannot tell now.
  Task<Result<sim7080::Operator, ModemError>> networkOperator();
  // Waits until the modem owes nothing, was silent for 200 ms and has RI high, at most 2 s, then lets it sleep (DTR
  // high). RI that stays low is no obstacle: it may be stuck. Failed: the modem would not stop talking. Restarted: it
  // restarted unasked, so it cannot wake anybody. After either it is kept awake. connect() wakes it again.
  Task<Done> prepareForSleep();
  // Switches the modem off, gracefully if it answers (CPOWD=1), and cuts its supply. Always succeeds.
  Task<void> powerDown();

  // What the link above met while the bearer was said to be up: steers the recovery ladder.
  void onLinkFailure(LinkTrouble trouble);
  // The modem did not even answer AT: the next connect() starts with waking it.
  void onNoAnswer();
  void onLinkSuccess();

  ModemState state() const { return state_; }
  // True while the modem is believed to have IP connectivity.
  bool connected() const { return state_ == ModemState::Connected && !at_.restarted(); }
  const RecoveryLadder& ladder() const { return ladder_; }
  // What the network granted at the latest registration in this run, empty if nothing; nothing before it was asked.
  std::optional<sim7080::EdrxCycle> edrxGranted() const { return edrx_granted_; }
  // Whether the modem read back that it may sleep while DTR is high; nothing before it was asked in this run.
  std::optional<bool> slowClock() const { return slow_clock_; }
  // What the modem last said: home, roaming, searching, denied. Nothing before it was asked in this run.
  std::optional<sim7080::Registration> registration() const { return registration_; }

  Arena& arena() { return arena_; }

 private:
  // Releases PWRKEY also when the dialogue is cancelled: 12 s would force a reset.
  struct PowerKeyRelease {
    ModemPins& pins;
    ~PowerKeyRelease() { pins.setPowerKey(false); }
  };

  void onUrc(std::string_view line) override;
  void enter(ModemState state);
  void acceptRestart();
  void expectBootLines();
  Done failed(ModemError error);
  ModemError modemError(const AtError& error) const;

  Task<Done> attempt();
  Task<void> recover(RecoveryStep step);
  Task<void> cycleRadio();
  Task<Done> switchRadioOn();
  Task<void> switchOff();
  Task<Done> wake();
  Task<Done> powerOn();
  Task<void> pulsePowerKey();
  Task<Done> configureIfNeeded();
  Task<Done> configure();
  Task<void> fixRate();
  Task<Done> sendPatiently(AtCommand command);
  Task<Done> configureSlowClock();
  Task<Done> readSlowClock();
  Task<Done> configureEdrx();
  Task<Done> checkSim();
  Task<Done> registerToNetwork();
  Task<Done> readRegistration();
  Task<Done> readGrantedEdrx();
  Task<Done> activateBearer();
  Task<Done> requestBearer(Instant deadline);
  Task<Done> queryBearer();
  Task<Done> send(AtCommand command);
  Task<void> trySend(AtCommand command);  // where the attempt that follows shows what came of it

  AtEngine& at_;
  ModemPins& pins_;
  Scheduler& scheduler_;
  Arena& arena_;
  Log log_;
  const ModemSettings settings_;
  RecoveryLadder ladder_;
  CommandLine line_;
  ModemState state_ = ModemState::Off;
  bool asleep_ = false;     // DTR is high
  bool doubted_ = false;    // the link failed: the modem may have restarted without a word
  bool radio_off_ = false;  // a radio cycle has begun and not ended
  Instant late_lines_until_{};
  std::optional<sim7080::EdrxCycle> edrx_granted_;
  std::optional<bool> slow_clock_;
  std::optional<sim7080::Registration> registration_;
  Signal bearer_changed_;
  bool bearer_active_ = false;
  bool rate_fixed_ = false;  // RDY was seen, which a modem with automatic baud rate never says (§1.4)
  bool fresh_ = false;       // RDY was seen, and no bearer was asked for since: there is none
};

}  // namespace smartkar::device
