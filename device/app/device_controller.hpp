#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "base/task.hpp"
#include "device/app/device_settings.hpp"
#include "device/app/inbox.hpp"
#include "device/app/modem_port.hpp"
#include "device/app/retained_state.hpp"
#include "device/command/command_router.hpp"
#include "device/command/contact.hpp"
#include "device/command/journal.hpp"
#include "device/command/outbox.hpp"
#include "device/link/adaptive_keep_alive.hpp"
#include "device/link/link_chooser.hpp"
#include "device/link/server_link.hpp"
#include "device/platform/entropy.hpp"
#include "device/platform/flash.hpp"
#include "device/platform/power_chip.hpp"
#include "device/platform/vehicle.hpp"
#include "device/platform/wake.hpp"
#include "device/power/cell_policy.hpp"
#include "device/power/sleep_policy.hpp"
#include "device/telemetry/event_detector.hpp"
#include "device/telemetry/state_reporter.hpp"
#include "protocol/status_message.hpp"

namespace smartkar::device {

// What the controller stands on. All must outlive it.
struct ControllerParts {
  Scheduler& scheduler;
  Arena& arena;  // shared with link and modem: there is one dialogue at a time
  ServerLink& link;
  LinkChooser& links;
  ModemPort& modem;
  Inbox& inbox;
  Vehicle& vehicle;
  PowerChip& power;
  Flash& flash;
  DeviceSettings& settings;
  Entropy& entropy;
  LogSink& log;
};

enum class ControllerState : std::uint8_t {
  Connecting,  // the link is being brought up
  Announced,   // the car said it is awake and waits for the sync
  InContact,   // the server answered
  Pausing,     // the contact failed, the next attempt waits
  Leaving,     // the farewell is said, the modem goes to rest
  Gone,        // asleep, restarting or shut down: step() has said so
};

// "connecting", …
std::string_view controllerStateName(ControllerState state);

// The car's side of every contact: announces, waits for the sync, lets commands be carried out, reports, and sleeps
// when nothing is left to do. One object lives from one wake to the next sleep.
class DeviceController : private SystemControl, private ContactEvents, private EventSink {
 public:
  // retained: kept by the port through deep sleep and resets, anything after a power cut. cause: why this run began.
  // now: of the port's clock.
  DeviceController(const ControllerParts& parts, RetainedMemory& retained, WakeCause cause, Instant now);

  // Does everything that is due. now: never earlier than before. Sleep and Restart are final: the port destroys the
  // device and begins a new one.
  NextStep step(Instant now);
  // Says farewell (`shutdown`) and closes the session; then step() returns Sleep without anything that wakes.
  void requestShutdown();

  ControllerState state() const { return state_; }
  const Contact& contact() const { return contact_; }
  const Journal& journal() const { return journal_; }
  const CommandRouter& router() const { return router_; }
  std::uint32_t boot() const { return retained_.state.boot; }
  // As in a status: the link in use, or the next one.
  std::string_view linkName() const { return parts_.link.name(); }
  Arena& arena() { return parts_.arena; }

 private:
  // What was asked for and happens as soon as the answer is sent.
  struct SleepRequest {
    std::optional<Duration> duration;
  };
  struct SleepPlan {
    WakeSources wake;
    bool limited = false;  // by the budget, or by a line that is stuck
  };

  // controller_contact.cpp: the dialogue.
  Task<void> live();
  Task<bool> makeContact();
  Task<bool> announce();
  Task<bool> awaitSync();
  Task<void> giveUpLink();
  Task<void> closeLink();
  Task<void> renewKeepAlive();
  bool keepAliveOutdated();
  Task<void> changeLink();
  Task<void> serve();
  Task<bool> sendDue();
  Task<bool> sendOutbox();
  Task<bool> sendState();
  DeviceFacts connectedFacts() const;
  Task<void> lookAtNetwork();
  Task<void> pause();
  bool syncOverdue() const;
  bool linkChangeDue() const;
  bool restartWanted() const { return reboot_requested_ || parts_.settings.restartDue(); }
  bool restartDue() const { return restartWanted() && !router_.busy(); }
  Instant serveDeadline() const;

  // controller_farewell.cpp: the end of a run.
  Task<bool> fallAsleep();
  Task<void> sleepOffline();
  Task<void> restart();
  Task<void> shutDown();
  Task<bool> sayFarewell(protocol::OfflineReason reason, std::optional<Duration> sleep);
  Wakefulness wakefulness() const;
  bool sleepDue() const;
  Duration offlinePatience() const;
  void endOffline();
  bool somethingArrived();
  SleepPlan planSleep(const EnergyBudget& budget, Duration wanted) const;
  Duration sleepDuration() const;
  void leaveWith(NextStep step);

  // controller_power.cpp: the unit's own cell, and what is spent of it.
  void lookAtPower();
  void changeShortage(CellLevel shortage);
  void tellShortage();
  bool shortOfEnergy() const { return shortage_ != CellLevel::Good; }
  Task<void> sayLowBattery();
  Task<void> goDark();
  void keepAccount();
  EnergyBudget accountOfThisRun() const;
  bool forFree() const;
  void watchRing();
  bool ringStuck() const;
  void leaveDark();

  // controller_crash.cpp: runs that end as no run should.
  void recoverFromCrash();
  void logCrash();
  void reportCrash();
  void noteProgress() { progress_at_ = now_; }
  void watchProgress();

  // controller_settings.cpp: settings on trial, and what was learned.
  void tendSettings();
  void keepLearned();
  void reportRollback();

  // device_controller.cpp: everything else.
  void beginRun();
  Task<void> nextDialogue();
  void openJournal();
  void takeInbound();
  void watchVehicle();
  void noteActivity() { last_activity_ = now_; }
  void enter(ControllerState state);
  DeviceFacts facts() const;
  Instant nextDeadline() const;
  protocol::StatusMessage nextStatus(protocol::Presence presence);
  Task<bool> publishStatus(const protocol::StatusMessage& message);

  void onRing() override;
  void onSync(const protocol::Sync& sync) override;
  void onEvent(const protocol::Event& event) override;
  void requestSleep(std::optional<Duration> duration) override;
  void requestReboot() override;
  bool restarting() const override { return restartWanted() || shutting_down_ || shortOfEnergy(); }
  Fault configure(const protocol::Parameters& parameters) override;
  void writeConfiguration(protocol::JsonWriter& writer) const override { parts_.settings.write(writer); }
  void requestTelemetry() override;
  bool chooseLink(std::string_view name) override { return parts_.links.wishFor(name); }
  std::string_view wishedLink() const override { return parts_.links.wished(); }
  std::string_view chosenLink() const override { return parts_.links.chosen(); }
  bool mayActuate() const override { return parts_.link.secured() || settings_.plaintext_actuation; }
  Duration uptime(Instant now) const override { return now - began_; }
  std::string_view firmware() const override { return settings_.firmware.view(); }

  ControllerParts parts_;
  const ControllerSettings& settings_;  // in force, whatever changes
  RetainedMemory& retained_;
  const bool cold_;     // the retained memory held nothing: a new boot
  const bool crashed_;  // the run before
  const WakeCause cause_;
  Log log_;
  Contact contact_;
  Journal journal_;
  Outbox outbox_;
  CommandRouter router_;
  StateReporter reporter_;
  AdaptiveKeepAlive keep_alive_;

  ControllerState state_ = ControllerState::Connecting;
  Instant now_;
  Instant began_;
  Instant last_activity_;
  Instant progress_at_;             // the dialogue's latest step forward
  Instant contact_began_ = kNever;  // by the latest sync that opened one
  Instant offline_since_;
  Instant announced_at_{};
  Instant sync_due_ = kNever;  // a sync is awaited until then
  bool announce_again_ = false;
  bool shutting_down_ = false;
  bool tried_ = false;               // to make a contact
  bool renewed_ = false;             // the connection, for another keep-alive interval
  bool useful_ = false;              // a command came in this run
  std::uint32_t failures_ = 0;       // contacts in a row that were not made, or broke
  std::uint32_t failed_before_ = 0;  // of the contact that was made
  std::optional<SleepRequest> sleep_request_;
  bool rollback_reported_ = false;
  bool reboot_requested_ = false;
  std::optional<NextStep> next_;

  PowerReading power_;
  std::optional<int> signal_dbm_;
  Instant network_look_due_{};
  Instant power_look_{};                  // the next one
  CellLevel shortage_ = CellLevel::Good;  // that is being acted on
  Instant dark_at_ = kNever;              // when the last word is cut short
  Instant accounted_until_;
  Instant ringing_since_ = kNever;
  bool offline_over_ = false;    // no more attempts in this run
  bool vehicle_seen_ = false;    // in this run
  bool last_word_over_ = false;  // the modem is switched off next

  Signal work_;
  OutboxMessage sending_;
  char text_[protocol::kDevicePayloadBytesMax];
  protocol::StateMessage state_message_;
  Task<void> dialogue_;
};

}  // namespace smartkar::device
