#include "modem_sim/transcript/replay.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace smartkar::modem_sim {
namespace {

using Kind = TranscriptEntry::Kind;

std::optional<Duration> waitTime(std::string_view note) { return noteTime(note, "wait"); }

// Interval and greatest time of "poll MS MAX".
std::optional<std::pair<Duration, Duration>> pollTimes(std::string_view note) {
  const std::size_t blank = note.rfind(' ');
  if (!note.starts_with("poll ") || blank == std::string_view::npos) return std::nullopt;
  const auto interval = noteTime(note.substr(0, blank), "poll");
  const auto most = noteTime(std::string("poll").append(note.substr(blank)), "poll");
  if (!interval || !most) return std::nullopt;
  return std::pair(*interval, *most);
}

}  // namespace

Replay::Replay(Transcript transcript, Role role, Wires& wires, Duration patience, Instant now)
    : transcript_(std::move(transcript)), role_(role), wires_(wires), patience_(patience), since_(now) {}

void Replay::received(std::string_view bytes, Instant now) {
  input_ += bytes;
  run(now);
}

void Replay::run(Instant now) {
  while (!over() && step(now)) {
  }
}

bool Replay::own(const TranscriptEntry& entry) const {
  return entry.kind == Kind::Note || (entry.kind == Kind::Host) == (role_ == Role::Host);
}

bool Replay::step(Instant now) {
  if (next_ == transcript_.size()) return compare(transcript_[unsolicited_.front()], now);
  const TranscriptEntry& entry = transcript_[next_];
  if (poll_ && own(entry) && next_ != poll_->command) {
    if (now < pollSettled()) return false;
    endPoll();
  }
  if (entry.kind == Kind::Note) return playNote(entry, now);
  if (entry.kind == Kind::Unsolicited && !own(entry)) {
    unsolicited_.push_back(next_++);
    return true;
  }
  if (!own(entry)) return compare(entry, now);
  if (now < due(entry)) return false;
  const auto bytes = entry.pattern.bytes();
  if (!bytes) return fail(entry, "a wildcard cannot be sent: give it a value");
  if (poll_) ++poll_->tries;
  passed(now);
  sent_ = now;
  wires_.send(*bytes);
  return true;
}

bool Replay::playNote(const TranscriptEntry& entry, Instant now) {
  if (now < due(entry)) return false;
  passed(now);
  if (role_ == Role::Modem || waitTime(entry.text)) return true;
  if (const auto times = pollTimes(entry.text)) {
    poll_ = Poll{next_, times->first, now + times->second};
  } else {
    wires_.control(entry.text);
  }
  return true;
}

bool Replay::compare(const TranscriptEntry& entry, Instant now) {
  const Pattern::Match match = entry.pattern.match(input_);
  if (match.fit == Pattern::Fit::Yes && next_ < transcript_.size()) {
    input_.erase(0, match.size);
    passed(now);
    return true;
  }
  const Pattern::Fit other = takeUnsolicited();
  if (other == Pattern::Fit::Yes) return true;
  if (polling()) return pollAgain(entry, now);
  if (match.fit == Pattern::Fit::No && other == Pattern::Fit::No) return fail(entry, "got " + escape(input_));
  if (now < since_ + patience_) return false;
  return fail(entry, input_.empty() ? "got nothing" : "got only " + escape(input_));
}

// The answer is another one or not complete yet: what there is of it by the time of the next try is dropped.
bool Replay::pollAgain(const TranscriptEntry& entry, Instant now) {
  if (now < sent_ + poll_->interval) return false;
  if (now >= poll_->end) return fail(entry, input_.empty() ? "got nothing" : "got " + escape(input_));
  dropInput();
  std::erase_if(unsolicited_, [this](std::size_t index) { return index > poll_->command; });
  next_ = poll_->command;
  since_ = now;
  return true;
}

// When no answer to an earlier try can come any more.
Instant Replay::pollSettled() const { return poll_->tries > 1 ? since_ + poll_->interval : since_; }

void Replay::endPoll() {
  if (poll_->tries > 1) dropInput();
  poll_.reset();
}

// All but what is expected from the modem unasked.
void Replay::dropInput() {
  while (!input_.empty()) {
    if (takeUnsolicited() != Pattern::Fit::Yes) input_.erase(0, 1);
  }
}

Pattern::Fit Replay::takeUnsolicited() {
  Pattern::Fit best = Pattern::Fit::No;
  for (auto index = unsolicited_.begin(); index != unsolicited_.end(); ++index) {
    const Pattern::Match match = transcript_[*index].pattern.match(input_);
    if (match.fit == Pattern::Fit::Yes) {
      input_.erase(0, match.size);
      unsolicited_.erase(index);
      return match.fit;
    }
    if (match.fit == Pattern::Fit::NotYet) best = match.fit;
  }
  return best;
}

Instant Replay::due(const TranscriptEntry& entry) const {
  if (entry.kind == Kind::Note) return since_ + waitTime(entry.text).value_or(Duration{0});
  if (!entry.at || next_ == 0 || !transcript_[next_ - 1].at) return since_;
  return since_ + (*entry.at - *transcript_[next_ - 1].at);
}

void Replay::passed(Instant now) {
  ++next_;
  since_ = now;
}

bool Replay::fail(const TranscriptEntry& entry, const std::string& what) {
  mismatch_ = "line " + std::to_string(entry.line) + ": expected " + entry.text + ", " + what;
  return false;
}

Instant Replay::nextDeadline() const {
  if (over()) return kNever;
  if (polling() && !own(transcript_[next_])) return sent_ + poll_->interval;
  if (next_ == transcript_.size() || !own(transcript_[next_])) return since_ + patience_;
  const bool ends_poll = poll_ && next_ != poll_->command;
  return ends_poll ? std::max(due(transcript_[next_]), pollSettled()) : due(transcript_[next_]);
}

}  // namespace smartkar::modem_sim
