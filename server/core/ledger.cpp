#include "server/core/ledger.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::server {
namespace {

// 24 hours of rings are at the end of it; further ones replace each other.
constexpr std::size_t kAttemptsMax = 48;

bool wakes(Path path) { return path == Path::Ring || path == Path::Sms; }

void end(Entry& entry, std::size_t index, AttemptResult result, const Moment& moment) {
  Attempt& attempt = entry.record.ledger[index];
  if (attempt.result != AttemptResult::Pending) return;
  attempt.result = result;
  attempt.ended_at = moment.wall;
  entry.attempts_stored = std::min(entry.attempts_stored, index);
  entry.changed = true;
}

// Ends what is pending and fits.
template <class Fits>
void endAll(Entry& entry, AttemptResult result, const Moment& moment, const Fits& fits) {
  for (std::size_t i = 0; i < entry.record.ledger.size(); ++i) {
    if (fits(entry.record.ledger[i].path)) end(entry, i, result, moment);
  }
}

// The latest pending attempt to wake the car; nothing: there is none.
std::optional<std::size_t> pendingWake(const CommandRecord& command) {
  for (std::size_t i = command.ledger.size(); i-- > 0;) {
    const Attempt& attempt = command.ledger[i];
    if (attempt.result == AttemptResult::Pending && wakes(attempt.path)) return i;
  }
  return std::nullopt;
}

}  // namespace

void noteAttempt(Entry& entry, Path path, const Moment& moment) {
  endAll(entry, AttemptResult::Silent, moment, [path](Path other) { return other == path; });
  std::vector<Attempt>& ledger = entry.record.ledger;
  if (ledger.size() == kAttemptsMax) ledger.pop_back();
  entry.attempts_stored = std::min(entry.attempts_stored, ledger.size());
  Attempt attempt;
  attempt.at = moment.wall;
  attempt.path = path;
  ledger.push_back(std::move(attempt));
  entry.changed = true;
}

void endDeliveries(Entry& entry, AttemptResult result, const Moment& moment) {
  endAll(entry, result, moment, [](Path path) { return !wakes(path); });
}

void endWakes(Car& car, const Moment& moment) {
  // The modem raises the same line for a ring and for a text message: the later one is given the credit.
  const bool by_modem = car.record.wake_cause.empty() || car.record.wake_cause == "modem_ri";
  for (auto& [id, entry] : car.commands) {
    const auto latest = pendingWake(entry.record);
    if (!latest) continue;
    if (by_modem) {
      end(entry, *latest, AttemptResult::Answered, moment);
      car.times.learn(entry.record);
    }
    endAll(entry, AttemptResult::Silent, moment, wakes);
  }
}

void textFailed(Entry& entry, const std::string& why, const Moment& moment) {
  for (std::size_t i = 0; i < entry.record.ledger.size(); ++i) {
    Attempt& attempt = entry.record.ledger[i];
    if (attempt.path != Path::Sms || attempt.result != AttemptResult::Pending) continue;
    attempt.detail = why;
    end(entry, i, AttemptResult::Failed, moment);
  }
}

void endAttempts(Entry& entry, const Moment& moment) {
  endAll(entry, AttemptResult::Silent, moment, [](Path) { return true; });
}

std::optional<std::chrono::seconds> timeToWake(const CommandRecord& command, Path path) {
  const std::vector<Attempt>& ledger = command.ledger;
  const auto answered = std::find_if(ledger.rbegin(), ledger.rend(), [](const Attempt& attempt) {
    return attempt.result == AttemptResult::Answered && wakes(attempt.path);
  });
  if (answered == ledger.rend() || answered->path != path || !answered->ended_at) return std::nullopt;
  // From the first of a row of rings: that is how long a person waits.
  UnixTime began = answered->at;
  for (auto earlier = answered + 1; earlier != ledger.rend() && wakes(earlier->path); ++earlier) {
    if (earlier->result == AttemptResult::Answered) break;
    if (earlier->path == path) began = earlier->at;
  }
  return *answered->ended_at - began;
}

}  // namespace smartkar::server
