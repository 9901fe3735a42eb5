#include "device/command/answer.hpp"

namespace smartkar::device {

protocol::Response answerFor(const JournalEntry& entry) {
  if (entry.state != EntryState::Finished) return answer(entry.id, protocol::ResponseStatus::InProgress);
  protocol::Response response = answer(entry.id, entry.outcome.status, errorText(entry.outcome));
  response.stage = entry.outcome.stage;
  response.elapsed_ms = entry.outcome.elapsed_ms;
  return response;
}

protocol::Response answer(protocol::CommandId id, protocol::ResponseStatus status, std::string_view error) {
  protocol::Response response;
  response.id = id;
  response.status = status;
  response.error = error;
  return response;
}

}  // namespace smartkar::device
