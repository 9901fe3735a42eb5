#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/command.hpp"
#include "protocol/topics.hpp"

namespace smartkar::conformance {

// The messages between server and car, as scripts call them.
enum class Kind : std::uint8_t {
  Ring,
  Sync,
  Command,
  Cancel,
  Announcement,  // "I am awake"
  Farewell,      // "I go to sleep", or the broker's word that the connection is gone
  Answer,        // to a command, before its end
  Outcome,       // the answer that ends it
  Telemetry,
  Anything,  // in scripts only: all of them
};

// "ring" or "rings"; nothing if there is no such kind.
std::optional<Kind> kindFromWord(std::string_view word);

// What a message is, and which command it is about. A message nobody can read is telemetry.
struct Label {
  Kind kind = Kind::Telemetry;
  protocol::CommandId id = 0;  // 0: about none
};
Label labelOf(protocol::Channel channel, std::string_view payload);

// Some of the messages: "next 2 answers about charge".
struct Flow {
  Kind kind = Kind::Anything;
  std::string about;         // name of a command; empty: whatever it is about
  std::optional<int> count;  // nothing: all, from now on
};

}  // namespace smartkar::conformance
