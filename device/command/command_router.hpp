#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/log.hpp"
#include "base/time.hpp"
#include "device/command/contact.hpp"
#include "device/command/execution.hpp"
#include "device/command/journal.hpp"
#include "device/command/outbox.hpp"
#include "device/command/system_handler.hpp"
#include "device/command/vehicle_handler.hpp"
#include "protocol/command.hpp"
#include "protocol/json_document.hpp"
#include "protocol/sync.hpp"

namespace smartkar::device {

// Takes the messages that are part of the contact itself.
class ContactEvents {
 public:
  virtual ~ContactEvents() = default;
  // The doorbell: somebody wants the car to announce itself.
  virtual void onRing() = 0;
  virtual void onSync(const protocol::Sync& sync) = 0;
};

struct RouterSettings {
  // Commands of plain clients, which name no contact: obeyed only if their id is above all seen.
  bool plain_commands = true;
};

struct RouterCounters {
  std::uint32_t received = 0;
  std::uint32_t commands = 0;   // with an id; neither rings nor syncs
  std::uint32_t malformed = 0;  // no JSON, wrong mac, wrong types: answered if an id could be read
  std::uint32_t stale = 0;      // of an earlier contact, or without the time: not answered, the server sends again
  std::uint32_t repeated = 0;   // known ids
};

// Decides what becomes of every message on the command topic: checks, answers from the journal, or carries out.
class CommandRouter {
 public:
  // All parameters must outlive the router.
  CommandRouter(Journal& journal, Outbox& outbox, Vehicle& vehicle, const Contact& contact, SystemControl& control,
                ContactEvents& events, LogSink& sink, const RouterSettings& settings)
      : journal_(journal),
        outbox_(outbox),
        contact_(contact),
        events_(events),
        log_(sink, "command"),
        settings_(settings),
        system_(control),
        vehicle_(vehicle),
        execution_(journal, outbox, vehicle, sink) {}

  // Ends in the journal what an earlier run left open, and answers for it. Once, before the first message.
  void closeInterrupted();
  // Takes one message as it was received.
  void handle(std::string_view text, Instant now);
  // Answers every id the server holds open.
  void answerOpen(std::span<const protocol::CommandId> ids, Instant now);
  // Advances the command under way.
  void tick(Instant now) { execution_.tick(now); }
  Instant nextDeadline() const { return execution_.nextDeadline(); }

  // True while an actuating command is under way.
  bool busy() const { return !execution_.idle(); }
  const RouterCounters& counters() const { return counters_; }

 private:
  using CommandMessage = protocol::CommandMessage;

  void refuse(const protocol::CommandError& error);
  void route(const CommandMessage& message, Instant now);
  void handleLink(const CommandMessage& message);
  bool answerKnown(const CommandMessage& message, Instant now);
  bool stale(const CommandMessage& message) const;
  void reply(const CommandMessage& message, const protocol::Parameters& parameters, Instant now);
  bool journalOnce(const CommandMessage& message);
  void actuate(const CommandMessage& message, const protocol::Parameters& parameters, Instant now);
  void expire(const CommandMessage& message);
  void answerBusy(const CommandMessage& message, Instant now);
  void respond(protocol::Response response, const CommandMessage& message);
  JournalEntry entryOf(const CommandMessage& message) const;

  Journal& journal_;
  Outbox& outbox_;
  const Contact& contact_;
  ContactEvents& events_;
  Log log_;
  RouterSettings settings_;
  RouterCounters counters_;
  SystemHandler system_;
  VehicleHandler vehicle_;
  Execution execution_;
  protocol::JsonDocument document_;
};

}  // namespace smartkar::device
