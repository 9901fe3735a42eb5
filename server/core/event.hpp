#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "protocol/topics.hpp"

namespace smartkar::server {

// A client asks for a command. Answered by one CommandAccepted or CommandRefused with the same token.
struct CommandRequested {
  std::uint64_t token = 0;  // chosen by the caller, only to find the answer
  std::string ccid;         // of a registered car (the caller checks)
  std::string action;
  std::string params_json;            // text of an object; empty: no parameters
  std::optional<std::int64_t> ttl_s;  // seconds; nothing: the action's default
  std::string idempotency_key;        // empty: none
  std::string principal;              // who asks; the key is scoped to (principal, ccid)
  bool supersede = false;             // cancels the open commands of the same subject, and waits for their end
};

// A client no longer wants a command. Answered by one CancelAccepted or CancelRefused with the same token.
struct CancelRequested {
  std::uint64_t token = 0;
  std::string ccid;
  CommandId id = 0;
  std::string principal;
};

// A message from a registered car.
struct MessageReceived {
  std::string ccid;
  protocol::Channel channel = protocol::Channel::State;  // Command, which is our own, is ignored
  std::string payload;
  bool retained = false;         // a replay of what the broker kept: proves nothing
  std::uint64_t generation = 0;  // of the broker connection it came by
  std::uint64_t tcp = 0;         // the car's own connection it came by, numbered from 1; 0: the broker
  bool waited = false;           // it lay at the broker while we were away: no proof that the car is there now
};

// A connection of a car has ended. Nothing that came by it follows.
struct TcpDown {
  std::string ccid;
  std::uint64_t tcp = 0;  // its number
  bool broken = false;    // not ended by the car
};

// A car with old firmware (v2.2, no journal) is awake, with an open session at the gateway, until LegacyDown.
struct LegacyUp {
  std::string ccid;
};
// It said that it goes quiet; what is sent over its session should wake it.
struct LegacyAsleep {
  std::string ccid;
  std::string reason;  // its own word; empty: none
};
struct LegacyDown {
  std::string ccid;
};

// What came of a SendSms.
struct SmsResult {
  std::string ccid;
  std::string failure;  // why it was not sent, for people; empty: the provider took it
};

// A broker has accepted our connection. Comes before every message of that connection.
struct BrokerUp {
  std::uint64_t generation = 0;  // of this connection and no other, of whichever broker; not 0
  bool session_present = false;  // the broker remembered our session: nothing was lost
  std::size_t broker = 0;        // which one, below kBrokersMax
};

struct BrokerDown {
  std::size_t broker = 0;
};

// The broker has dropped messages because too many waited, for us or for others: telemetry may be missing.
struct MessagesDropped {
  std::uint64_t count = 0;  // more than before, at least 1
};

// The clock moved on. To be sent at Fleet::nextDeadline(); more often does no harm.
struct TimePassed {};

using Event = std::variant<CommandRequested, CancelRequested, MessageReceived, TcpDown, LegacyUp, LegacyAsleep,
                           LegacyDown, SmsResult, BrokerUp, BrokerDown, MessagesDropped, TimePassed>;

}  // namespace smartkar::server
