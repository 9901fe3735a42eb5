#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/log.hpp"
#include "base/time.hpp"
#include "device/command/contact.hpp"
#include "device/command/journal.hpp"
#include "device/command/outbox.hpp"
#include "device/platform/vehicle.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// Every stage has a deadline (protocol v2.2 section 6.3).
inline constexpr Duration kWakeDeadline = 15s;
inline constexpr Duration kProfileDeadline = 5s;  // also of a question to the vehicle
inline constexpr Duration kExecutionDeadline = 30s;
inline constexpr Duration kCommandDeadline = 60s;

// An actuating command that was checked and journalled as received.
struct AcceptedCommand {
  JournalEntry entry;
  protocol::Parameters parameters;
  std::optional<UnixTime> expires_at;
  std::optional<std::uint32_t> attempt;
};

// Carries out one actuating command at a time: wakes the vehicle, asks what must be known, looks whether the conditions
// hold, writes the profile if it differs, looks again, acts, and says what became of it. What happens is looked up in
// the car table. Runs on tick() alone; never waits inside a call.
class Execution {
 public:
  // All parameters must outlive the object.
  Execution(Journal& journal, Outbox& outbox, Vehicle& vehicle, LogSink& sink)
      : journal_(journal), outbox_(outbox), vehicle_(vehicle), log_(sink, "command") {}

  // Begins; only while idle. The response `accepted` is the first effect. A command that expires needs noteTime().
  void begin(const AcceptedCommand& command, Instant now);
  // Takes the vehicle's results and ends what is overdue.
  void tick(Instant now);
  // Ends the command, which has not acted yet, as cancelled.
  void giveUp(Instant now) { finish(protocol::ResponseStatus::Cancelled, Fault::None, now); }

  // Stops without an outcome: the journal says how far it came.
  void abandon(Instant now);

  bool idle() const { return !command_; }
  bool runs(protocol::CommandId id) const { return command_ && command_->entry.id == id; }
  // The command under way, only while not idle.
  const AcceptedCommand& command() const { return *command_; }
  protocol::Stage stage() const { return stage_; }
  Duration elapsed(Instant now) const { return now - began_; }
  // How far the command is.
  protocol::Response progress(Instant now) const;
  // The server told the time in this contact: what expires may have to end earlier than was thought.
  void noteTime(const Contact& contact);
  // The server sent the command again: answers name the latest try.
  void noteAttempt(std::optional<std::uint32_t> attempt) { command_->attempt = attempt; }
  // When tick() has something to do by itself; kNever if idle.
  Instant nextDeadline() const;

 private:
  enum class Phase : std::uint8_t { Waking, AskingState, ReadingProfiles, WritingProfile, Acting };

  void happen(Happening happening, Fault fault, Instant now);
  void onResult(const VehicleResult& result, Instant now);
  void onTime(Instant now);
  VehicleOperation awaited() const;
  bool askFirst(Instant now);
  bool profilesTold() const;
  bool conditionsHold(Instant now);
  bool expired(Instant now) const { return phase_ != Phase::Acting && now >= act_before_; }
  void enter(Phase phase, Duration limit, Instant now);
  void report(protocol::Stage stage, Instant now);
  void beginToAct(Instant now);
  void goOn(Instant now);
  void settle(Fault fault, Instant now);
  ImmediateProfile wantedProfile() const;
  void writeProfile(Instant now);
  void operate(Instant now);
  void changeTimers(Instant now);
  std::size_t timer() const;
  void finish(protocol::ResponseStatus status, Fault fault, Instant now);
  void settleInJournal(JournalEntry& entry, Row row);
  std::string_view writeResult(std::span<char> memory) const;

  Journal& journal_;
  Outbox& outbox_;
  Vehicle& vehicle_;
  Log log_;
  std::optional<AcceptedCommand> command_;
  Phase phase_ = Phase::Waking;
  std::optional<Unmet> unmet_;  // the condition that ends the command
  protocol::Stage stage_ = protocol::Stage::Accepted;
  Instant began_{};
  Instant act_before_ = kNever;  // the first moment at which expiresAt may have come
  Instant deadline_ = kNever;
};

}  // namespace smartkar::device
