#pragma once

#include "device/command/journal_record.hpp"
#include "protocol/response.hpp"

namespace smartkar::device {

// The response that tells what the journal knows of a command: its outcome, or that it is under way.
protocol::Response answerFor(const JournalEntry& entry);

// A response without outcome: what the car has to say about an id.
protocol::Response answer(protocol::CommandId id, protocol::ResponseStatus status, std::string_view error = {});

}  // namespace smartkar::device
