#include "modem_sim/transcript/host_script.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::modem_sim {
namespace {

using Kind = TranscriptEntry::Kind;

constexpr Duration kPatience = 10s;
constexpr Duration kPause = 2s;   // between a failure and the next try
constexpr Duration kTurn = 10ms;  // so that a script without a pause lets time pass
// SIM7070 HW Design V1.03: PWRKEY low for 1 … 12 s; 2 s without supply. The wait is longer than a boot.
constexpr std::string_view kPowerKey = "-- pwrkey press\n-- wait 1500\n-- pwrkey release\n-- wait 5000\n";
constexpr std::string_view kSupply =
    "-- vbat off\n-- wait 2000\n-- vbat on\n-- wait 100\n"
    "-- pwrkey press\n-- wait 1500\n-- pwrkey release\n-- wait 5000\n";
// Silent tries until PWRKEY, and so many until the supply is switched.
constexpr int kPowerKeyEvery = 2;
constexpr int kSupplyEvery = 6;

}  // namespace

HostScript::HostScript(Transcript script, Wires& wires, Instant begin)
    : script_(std::move(script)),
      power_key_(*parseTranscript(kPowerKey)),
      supply_(*parseTranscript(kSupply)),
      wires_(wires),
      patience_(kPatience),
      due_(begin) {}

void HostScript::received(std::string_view bytes, Instant now) {
  input_ += bytes;
  heard_ = true;
  if (expected_ != kNever) run(now);
}

void HostScript::run(Instant now) {
  while (now >= due_ && step(now)) {
  }
}

Instant HostScript::nextDeadline() const { return expected_ == kNever ? due_ : expected_; }

bool HostScript::step(Instant now) {
  if (next_ == playing_->size()) {
    endReached(now);
    return true;
  }
  return follow((*playing_)[next_], now);
}

bool HostScript::follow(const TranscriptEntry& entry, Instant now) {
  switch (entry.kind) {
    case Kind::Host:
      ++next_;
      input_.clear();
      wires_.send(entry.pattern.bytes().value_or(""));
      return true;
    case Kind::Modem:
    case Kind::Unsolicited:
      return find(entry, now);
    case Kind::Note:
      ++next_;
      follow(entry.text, now);
      return true;
  }
  return false;
}

void HostScript::follow(std::string_view note, Instant now) {
  if (const auto wait = noteTime(note, "wait")) {
    due_ = now + *wait;
  } else if (const auto within = noteTime(note, "within")) {
    patience_ = *within;
  } else if (note == "loop") {
    loop_ = next_;
  } else {
    wires_.control(note);
  }
}

bool HostScript::find(const TranscriptEntry& entry, Instant now) {
  for (std::size_t begin = 0; begin < input_.size(); ++begin) {
    const Pattern::Match match = entry.pattern.match(std::string_view(input_).substr(begin));
    if (match.fit != Pattern::Fit::Yes) continue;
    input_.erase(0, begin + match.size);
    expected_ = kNever;
    ++next_;
    return true;
  }
  if (expected_ == kNever) expected_ = now + patience_;
  const bool error = input_.find("ERROR") != std::string::npos && input_.ends_with("\r\n");
  if (error || now >= expected_) return failed(now);
  return false;
}

void HostScript::endReached(Instant now) {
  due_ = now + kTurn;
  if (playing_ == &script_) {
    ++rounds_;
    silent_in_row_ = 0;
    begin(script_, loop_);
  } else {
    begin(script_, 0);
  }
}

void HostScript::begin(const Transcript& transcript, std::size_t index) {
  playing_ = &transcript;
  next_ = index;
  heard_ = false;
  if (index == 0) {
    loop_ = 0;
    patience_ = kPatience;
  }
}

bool HostScript::failed(Instant now) {
  ++failures_;
  silent_in_row_ = heard_ ? 0 : silent_in_row_ + 1;
  expected_ = kNever;
  due_ = now + kPause;
  input_.clear();
  const bool tired = silent_in_row_ > 0;
  if (tired && silent_in_row_ % kSupplyEvery == 0) {
    begin(supply_, 0);
  } else if (tired && silent_in_row_ % kPowerKeyEvery == 0) {
    begin(power_key_, 0);
  } else {
    begin(script_, 0);
  }
  return true;
}

}  // namespace smartkar::modem_sim
