#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "base/time.hpp"
#include "device/command/contact.hpp"
#include "device/command/execution.hpp"
#include "device/command/journal.hpp"
#include "device/command/journal_report.hpp"
#include "device/command/outbox.hpp"
#include "device/command/profile_handler.hpp"
#include "device/command/system_handler.hpp"
#include "device/command/vehicle_handler.hpp"
#include "protocol/command.hpp"
#include "protocol/json_document.hpp"
#include "protocol/parameters.hpp"
#include "protocol/sync.hpp"

namespace smartkar::device {

// Takes what the messages of the contact itself mean beyond commands.
class ContactEvents {
 public:
  virtual ~ContactEvents() = default;
  // The doorbell: somebody wants the car to announce itself.
  virtual void onRing() = 0;
  // sync: of this contact. Its clock is set before the router answers what it asks for.
  virtual void onSync(const protocol::Sync& sync) = 0;
};

struct RouterSettings {
  // Commands of plain clients, which name no contact: obeyed only if their id is above all seen.
  bool plain_commands = true;
};

struct RouterCounters {
  std::uint32_t received = 0;
  std::uint32_t commands = 0;   // with an id, cancels too; neither rings nor syncs
  std::uint32_t malformed = 0;  // no JSON, wrong mac, wrong types: answered if an id could be read
  std::uint32_t stale = 0;      // of an earlier contact, or without the time: not answered, the server sends again
  std::uint32_t repeated = 0;   // known ids
};

// Decides what becomes of every message on the command topic: finds out what it means for which row of the car table,
// and does what the table says.
class CommandRouter {
 public:
  // All parameters must outlive the router; settings may change at any time.
  CommandRouter(Journal& journal, Outbox& outbox, Vehicle& vehicle, const Contact& contact, SystemControl& control,
                ContactEvents& events, LogSink& sink, const RouterSettings& settings)
      : journal_(journal),
        outbox_(outbox),
        contact_(contact),
        control_(control),
        events_(events),
        log_(sink, "command"),
        settings_(settings),
        system_(control),
        vehicle_(vehicle),
        profiles_(vehicle),
        execution_(journal, outbox, vehicle, sink),
        report_(journal, outbox) {}

  // Ends in the journal what an earlier run left open, and answers for it. Once, before the first message.
  void closeInterrupted();
  // Ends the command under way, if there is one, and answers for it as the run after a power cut would.
  void interrupt(Instant now);
  // Takes one message as it was received.
  void handle(std::string_view text, Instant now);
  // Advances the command and the report under way.
  void tick(Instant now);
  Instant nextDeadline() const { return execution_.nextDeadline(); }

  // True while an actuating command is under way.
  bool busy() const { return !execution_.idle(); }
  // True while the server wants answers that found no room yet, or that it has not acknowledged.
  bool reporting(Instant now) const { return report_.underWay(contact_.nonce(), now); }
  const RouterCounters& counters() const { return counters_; }
  // The cells of the car table that were entered in this run.
  const CellCounts& cells() const { return journal_.cells(); }

 private:
  using CommandMessage = protocol::CommandMessage;
  // A command, and its parameters or what is wrong with them.
  struct Received {
    const CommandMessage& message;
    Result<protocol::Parameters, protocol::FieldError> parameters;
  };

  void refuse(const protocol::CommandError& error);
  void handleLink(const CommandMessage& message, Instant now);
  void handleSync(const CommandMessage& message, Instant now);
  void handleCommand(const CommandMessage& message, Instant now);

  Happening classify(const Received& received, Instant now) const;
  bool stale(const CommandMessage& message) const;
  bool expired(const CommandMessage& message, Instant now) const;
  bool inTheWay(const Received& received) const;

  void perform(const Received& received, Happening happening, Instant now);
  void accept(const Received& received, Instant now);
  void actuate(const Received& received, Instant now);
  void runOnce(const Received& received, Instant now);
  Outcome reply(const Received& received, Instant now);
  void expire(const Received& received, Instant now);
  void reject(const Received& received, bool flash_failed);
  void answerBusy(const CommandMessage& message, Instant now);

  void cancel(protocol::CommandId id, Instant now);
  void bury(protocol::CommandId id);
  void tooLate(protocol::CommandId id, Instant now);
  void ask(protocol::CommandId id, bool for_report, Instant now);
  void interrupted(JournalEntry entry, Step step);

  protocol::Response known(protocol::CommandId id, Instant now) const;
  void respond(protocol::Response response, const CommandMessage& message);

  Journal& journal_;
  Outbox& outbox_;
  const Contact& contact_;
  const SystemControl& control_;
  ContactEvents& events_;
  Log log_;
  const RouterSettings& settings_;
  RouterCounters counters_;
  SystemHandler system_;
  VehicleHandler vehicle_;
  ProfileHandler profiles_;
  Execution execution_;
  JournalReport report_;
  // The contact in which a record could not be written; 0: none. A copy of the refused command may still be under way
  // in it, and must not be carried out after all.
  protocol::ContactNonce flash_failed_in_ = 0;
  protocol::JsonDocument document_;
  char result_[kResultBytesMax];
};

}  // namespace smartkar::device
