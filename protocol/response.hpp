#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "protocol/command.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

enum class ResponseStatus : std::uint8_t {
  InProgress,
  Completed,
  Failed,        // validation or execution failed; `stage` tells where
  Busy,          // another command runs: not final for the command, it may be sent again
  Error,         // general failure
  NotSupported,  // no such action
  Expired,       // the car refused because of expiresAt
  Cancelled,
  Unknown,        // the car itself cannot know whether it took effect
  NeverReceived,  // asked about by a sync, but the car never had it
  IdConflict,     // the id was used before with another body
};

enum class Stage : std::uint8_t { Accepted, RequestingWake, WaitingForWake, UpdatingProfile, SendingCommand };

// "in_progress", "accepted", ….
std::string_view statusName(ResponseStatus status);
std::string_view stageName(Stage stage);
std::optional<ResponseStatus> statusFromName(std::string_view name);
std::optional<Stage> stageFromName(std::string_view name);

// The member `ok`: true for InProgress and Completed.
bool isOk(ResponseStatus status);
// True if the car is done with the command: all but InProgress, Busy and NeverReceived.
bool isFinal(ResponseStatus status);

// The command that is in the way; only with Busy.
struct CurrentCommand {
  CommandId id = 0;
  FixedString<kActionBytesMax> action;
  std::optional<Stage> stage;
  std::optional<std::int64_t> elapsed_ms;
};

// Of an answer whose result is too long for one message.
struct Part {
  std::uint32_t number = 1;  // 1 … count
  std::uint32_t count = 1;   // 1: the answer is whole; at most kPartsMax

  bool whole() const { return count == 1; }
};

struct Response {
  CommandId id = 0;
  ResponseStatus status = ResponseStatus::InProgress;
  std::optional<Stage> stage;
  FixedString<kValueTextBytesMax> unknown_stage;  // decoding only: a stage this version has no name for
  FixedString<kErrorTextBytesMax> error;          // empty: none
  std::optional<std::int64_t> elapsed_ms;         // since acceptance
  std::optional<CurrentCommand> current_command;
  bool too_late = false;                 // `cancel`: the answer to a system.cancel that came too late
  std::optional<ContactNonce> contact;   // with NeverReceived: the contact in which it was asked
  FixedString<kActionBytesMax> action;   // in the answers to `want` `journal`; empty: not told
  Part part;                             // which part of the answer this is
  std::optional<std::uint32_t> attempt;  // `try` of the command answered
  std::optional<std::uint32_t> boot;
  std::optional<std::uint32_t> seq;
  // Text of an object whose members are flattened into the response; empty: none. Not owned.
  std::string_view result;
};

// Fails with Invalid for an id of 0 or too large or a result that is no object, TooLong beyond kDevicePayloadBytesMax
// or out.
Result<std::string_view, EncodeError> encodeResponse(const Response& response, std::span<char> out);

// Reads a response, with or without the v2.2 envelope {"type","data"}, in the short form without status too. Members
// it does not know become the result. document: memory for the parsed text. result_memory: where Response::result
// will lie, which must live as long as it; text.size() + 2 bytes always suffice.
Result<Response, FieldError> decodeResponse(std::string_view text, JsonDocument& document,
                                            std::span<char> result_memory);

}  // namespace smartkar::protocol
