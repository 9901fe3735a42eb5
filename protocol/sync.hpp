#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/command.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

// The server's answer to a car that said it is awake (action system.sync): proof of the link in both directions.
struct Sync {
  ContactNonce contact = 0;                       // as in the car's status
  UnixTime now{};                                 // the server's clock
  std::uint32_t ack = 0;                          // highest `seq` of this boot the server has stored; 0: none
  FixedVector<CommandId, kOpenIdsMax> open = {};  // commands the server holds no final state of
  bool want_state = false;                        // the server asks for a full state
  bool want_journal = false;                      // the server asks for all that is in the command journal
  bool lost = false;                              // a connection of the car ended by its will since it went to sleep
};

// Writes a sync with its mac. Fails with Invalid for a contact that is 0 or too large, else TooLong.
Result<std::string_view, EncodeError> encodeSync(const Sync& sync, std::span<char> out);

// Reads a sync. command: a decoded command whose action is system.sync.
Result<Sync, FieldError> decodeSync(const CommandMessage& command);

// Writes the ring (action system.ring), which only wakes. expires_at: after it the ring means nothing.
Result<std::string_view, EncodeError> encodeRing(std::optional<UnixTime> expires_at, std::span<char> out);

}  // namespace smartkar::protocol
