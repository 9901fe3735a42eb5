#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/actions.hpp"
#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

// 1 … kCommandIdMax, strictly increasing per car.
using CommandId = std::uint32_t;
// Names one contact: 1 … kCommandIdMax, chosen by the car at random.
using ContactNonce = std::uint32_t;

// A command as received. Valid while the document and the text it was decoded from are.
struct CommandMessage {
  std::optional<CommandId> id;  // absent only for system.ring and system.sync; of system.cancel: the command to give up
  FixedString<kActionBytesMax> action;
  const ActionSpec* spec = nullptr;  // nullptr: no such action (answer not_supported)
  std::optional<UnixTime> expires_at;
  std::optional<ContactNonce> contact;
  std::optional<std::uint32_t> attempt;  // `try`, 1 for the first
  bool has_mac = false;
  // CRC-32 over everything that makes the command what it is: all but contact, try and mac. Equal for every try of a
  // command; different bodies under one id are an id conflict.
  std::uint32_t fingerprint = 0;
  JsonValue message;  // the whole object, for parseCommandParameters and decodeSync
};

struct CommandError {
  FieldError field;
  std::optional<CommandId> id = {};  // if one could be read, so that the car can answer
};

// Reads what arrived on the command topic and checks its mac; does not look at the parameters
// (parseCommandParameters does). text: white space at either end is ignored; more than kCommandBytesMax is TooLong.
// document: memory for the parsed text. An unknown action is no error here.
Result<CommandMessage, CommandError> decodeCommand(std::string_view text, JsonDocument& document);

// A command to be sent.
struct CommandOut {
  CommandId id = 0;
  std::string_view action = {};
  std::string_view params_json = {};  // text of an object whose members are flattened into the message; empty: none
  std::optional<UnixTime> expires_at = {};
  std::optional<ContactNonce> contact = {};
  std::optional<std::uint32_t> attempt = {};
};

// Writes the command with its mac. Fails with Invalid for an id of 0 or beyond kCommandIdMax or params that are no
// object, TooLong beyond kCommandBytesMax or out.
Result<std::string_view, EncodeError> encodeCommand(const CommandOut& command, std::span<char> out);

// Writes system.cancel for the command with this id, with its mac. Fails like encodeCommand.
Result<std::string_view, EncodeError> encodeCancel(CommandId id, ContactNonce contact, std::span<char> out);

}  // namespace smartkar::protocol
