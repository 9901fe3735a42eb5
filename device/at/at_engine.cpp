#include "device/at/at_engine.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/assert.hpp"

namespace smartkar::device {
namespace {

// The prompt comes at once or not at all; 5 s covers a busy modem (AT Manual V1.05 §12.2.5 uses the same for CASEND).
constexpr Duration kAnglePromptLimit = 5s;
// Printed examples lack DOWNLOAD (SSL App Note V1.00 §4.2): after this the block is sent without it.
constexpr Duration kDownloadPromptLimit = 2s;
// How long an exchange whose caller is gone may keep the line.
constexpr Duration kOrphanLimit = 15s;
// Repetition of AT after a timeout, and for how long. Data the modem still waits for are filled up after two.
constexpr Duration kProbeInterval = 1s;
constexpr Duration kResyncLimit = 8s;
constexpr int kProbesBeforePadding = 2;
// No result for this long after an OK: the answers to all probes are in. Simple answers take up to 100 ms.
constexpr Duration kSettle = 200ms;
// A block the modem announced follows without pause. A modem that restarts is silent for longer, so that its RDY is
// not taken for data.
constexpr Duration kBlockSilence = 500ms;
// When the UART took less than was given: 23 bytes are on their way at 115200 baud.
constexpr Duration kWriteRetry = 2ms;
// Bytes handled in one poll(), so that a flood cannot keep the caller for ever: 350 ms of line time.
constexpr std::size_t kReadBytesMax = 4096;

constexpr std::string_view kProbe = "AT\r";
// Stands in for the data of a cancelled caller. A JSON message that was cut and filled with blanks is not JSON.
constexpr std::string_view kPadding = "                                                                ";

std::span<const std::uint8_t> bytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

AtEngine::Answer failure(AtError::Kind kind, int code = -1) { return Failure{AtError{kind, code}}; }

}  // namespace

AtEngine::Run::~Run() { engine_.detach(*this); }

bool AtEngine::Run::await_ready() {
  const std::optional<Answer> refused = engine_.refusal(*this);
  if (refused) answer_ = *refused;
  return refused.has_value();
}

void AtEngine::Run::await_suspend(std::coroutine_handle<> handle) {
  suspend(engine_.scheduler_, handle);
  engine_.begin(*this);
}

AtEngine::Answer AtEngine::Run::await_resume() {
  if (engine_.unread_ == this) engine_.unread_ = nullptr;
  return answer_;
}

void AtEngine::onUrc(std::string_view prefix, UrcHandler& handler) { SK_ASSERT(urcs_.push({prefix, &handler})); }

void AtEngine::expectBoot(Instant start_until, Instant late_until) {
  start_until_ = start_until;
  late_until_ = late_until;
}

// --- beginning and ending an exchange ---

std::optional<AtEngine::Answer> AtEngine::refusal(const Run& run) const {
  if (restarted_) return failure(AtError::Kind::ModemRestarted);
  const std::string_view line = run.command_.line;
  if (!run.probing_ && (line.empty() || line.size() > kAtCommandBytesMax)) return failure(AtError::Kind::Invalid);
  return std::nullopt;
}

void AtEngine::begin(Run& run) {
  now_ = std::max(now_, scheduler_.now());
  enqueue(run);
  startQueued();
}

void AtEngine::startQueued() {
  if (queue_ == nullptr || unread_ != nullptr) return;
  if (phase_ == Phase::Resync && running_ == nullptr && queue_->probing_) phase_ = Phase::Idle;  // it does the same
  if (phase_ != Phase::Idle) return;
  if (!in_step_ && !queue_->probing_) {
    startResync(nullptr, kProbeInterval, kResyncLimit);
  } else {
    Run& run = *std::exchange(queue_, queue_->next_);
    if (run.probing_) {
      startResync(&run, run.interval_, run.limit_);
    } else {
      startCommand(run);
    }
  }
  writeAll();
}

void AtEngine::startCommand(Run& run) {
  const AtCommand& command = run.command_;
  running_ = &run;
  SK_ASSERT(output_.assign(command.line) && output_.append('\r'));
  output_sent_ = 0;
  name_ = commandName(output_.view().substr(0, command.line.size()));
  prompt_ = command.prompt;
  bare_lines_ = command.bare_lines;
  SK_ASSERT(final_line_.assign(command.final_line));
  information_.clear();
  data_ = command.data;
  data_size_ = command.prompt == AtPrompt::None ? 0 : command.data.size();
  data_sent_ = data_echoed_ = 0;
  data_released_ = false;
  block_.expect(command.block, command.into);
  echo_ = false;
  deadline_ = now_ + command.timeout;
  phase_ = command.prompt == AtPrompt::None ? Phase::Final : Phase::Prompt;
  prompt_deadline_ = now_ + (prompt_ == AtPrompt::Download ? kDownloadPromptLimit : kAnglePromptLimit);
}

void AtEngine::startResync(Run* run, Duration interval, Duration limit) {
  running_ = run;
  block_.expect(AtBlock::None, {});
  phase_ = Phase::Resync;
  ++counters_.resyncs;
  probe_interval_ = interval;
  probes_ = 0;
  probe_answered_ = false;
  next_probe_ = now_;
  settled_at_ = kNever;
  deadline_ = now_ + limit;
  stepResync();
}

void AtEngine::detach(Run& run) {
  dequeue(run);
  if (unread_ == &run) unread_ = nullptr;
  if (running_ != &run) return;
  running_ = nullptr;
  data_ = {};
  block_.discard();
  deadline_ = std::min(deadline_, now_ + kOrphanLimit);
  if (phase_ != Phase::Resync && output_sent_ == 0) {  // nothing went out, so nothing is owed
    output_.clear();
    finish(AtResponse());
  }
}

// Hands the answer to whoever waits for it and leaves the line free.
void AtEngine::complete(const Answer& answer) {
  Run* run = std::exchange(running_, nullptr);
  phase_ = Phase::Idle;
  if (run == nullptr) return;
  unread_ = run;
  run->answer_ = answer;
  run->wake();
}

void AtEngine::finish(const Answer& answer) {
  block_.expect(AtBlock::None, {});
  data_ = {};
  data_size_ = data_sent_ = 0;
  data_released_ = false;
  complete(answer);
}

// --- who waits ---

void AtEngine::enqueue(Run& run) {
  run.give_up_ = now_ + (run.probing_ ? run.limit_ : run.command_.timeout);
  Run** place = &queue_;
  while (*place != nullptr && (*place)->priority() >= run.priority()) place = &(*place)->next_;
  run.next_ = std::exchange(*place, &run);
}

void AtEngine::dequeue(const Run& run) {
  for (Run** place = &queue_; *place != nullptr; place = &(*place)->next_) {
    if (*place != &run) continue;
    *place = run.next_;
    return;
  }
}

void AtEngine::failQueued(AtError::Kind kind) {
  while (queue_ != nullptr) {
    Run& run = *std::exchange(queue_, queue_->next_);
    run.answer_ = failure(kind);
    run.wake();
  }
}

// Only the exchanges of other callers count: one without caller, and bringing the line into step, end by themselves.
void AtEngine::giveUpWaiting() {
  for (Run** place = &queue_; *place != nullptr && running_ != nullptr;) {
    Run& run = **place;
    if (now_ < run.give_up_) {
      place = &run.next_;
      continue;
    }
    *place = run.next_;
    run.wake();  // its answer is Busy from the beginning
  }
}

// --- what comes in ---

void AtEngine::poll(Instant now) {
  now_ = now;
  readAll();
  checkDeadlines();
  startQueued();
  writeAll();
}

void AtEngine::readAll() {
  std::array<std::uint8_t, 256> chunk;
  for (std::size_t total = 0; total < kReadBytesMax;) {
    const std::size_t count = uart_.read(chunk);
    if (count == 0) return;
    last_received_ = now_;
    total += count;
    for (std::size_t i = 0; i < count; ++i) onByte(chunk[i]);
  }
}

void AtEngine::onByte(std::uint8_t byte) {
  if (onBlockByte(byte)) return;
  // With echo on, the modem repeats the data block, which may contain anything, between its own lines.
  if (echo_ && data_echoed_ < data_sent_ && splitter_.atLineStart()) {
    const char expected = data_.empty() ? kPadding[0] : data_[data_echoed_];
    if (static_cast<char>(byte) == expected) {
      ++data_echoed_;
      return;
    }
  }
  const bool prompt_expected = prompt_ == AtPrompt::Angle && !data_released_ && data_size_ > 0;
  switch (splitter_.push(byte, prompt_expected)) {
    case LineSplitter::Token::None:
      break;
    case LineSplitter::Token::Line:
      onLine(splitter_.line());
      break;
    case LineSplitter::Token::Prompt:
      onPrompt();
      break;
    case LineSplitter::Token::Overlong:
      ++counters_.overlong_lines;
      break;
    case LineSplitter::Token::Noise:
      ++counters_.noise_lines;
      break;
  }
}

// True if the byte belongs to a data block or is the comma that ends its announcement.
bool AtEngine::onBlockByte(std::uint8_t byte) {
  if (block_.open()) {
    block_.push(byte);
    return true;
  }
  block_.pushAfter(byte);
  if (byte != ',' || !block_.expected()) return false;
  const auto bytes = announcedBytes(splitter_.partial(), name_);
  return bytes && *bytes > 0 && onBlockAnnounced(*bytes);
}

bool AtEngine::onBlockAnnounced(std::size_t bytes) {
  if (bytes > block_.room()) {
    outOfStep(AtError::Kind::Error);  // the rest are lines nobody knows
    return false;
  }
  onInformation(splitter_.partial());
  splitter_.reset();
  block_.begin(bytes);
  return true;
}

void AtEngine::onPrompt() {
  data_released_ = true;
  if (phase_ == Phase::Prompt) phase_ = Phase::Data;
}

void AtEngine::onLine(std::string_view line) {
  if (onEcho(line)) return;
  if (const auto result = parseFinalResult(line)) return onFinal(*result);
  if (prompt_ == AtPrompt::Download && phase_ == Phase::Prompt && line == "DOWNLOAD") return onPrompt();
  const bool information = onInformation(line);
  if (!information && phase_ != Phase::Idle && !final_line_.empty() && line == final_line_.view()) {
    return onFinal({.ok = true});
  }
  const bool boot = !information && onBootLine(line);
  const bool registered = onRegistered(line);
  if (!information && !boot && !registered) ++counters_.unknown_lines;
}

bool AtEngine::onEcho(std::string_view line) {
  if (phase_ == Phase::Idle || !line.starts_with("AT")) return false;
  echo_ = true;
  return true;
}

// A line with the running command's name is its answer; a URC of the same name in between is the newer word on the
// same subject, so it counts as both.
bool AtEngine::onInformation(std::string_view line) {
  if (phase_ == Phase::Idle || phase_ == Phase::Resync) return false;
  const bool named = hasName(line, name_);
  const bool bare = bare_lines_ && !line.starts_with('+') && bootLine(line) == BootLine::None;
  if (!named && !bare) return false;
  if (running_ == nullptr) return true;
  const bool fits = line.size() < information_.capacity() - information_.size();
  if (!fits || !information_.append(line) || !information_.append('\n')) ++counters_.lost_lines;
  return true;
}

bool AtEngine::onRegistered(std::string_view line) {
  bool any = false;
  for (const Urc& urc : urcs_) {
    if (!line.starts_with(urc.prefix)) continue;
    urc.handler->onUrc(line);
    any = true;
  }
  return any;
}

bool AtEngine::onBootLine(std::string_view line) {
  const BootLine kind = bootLine(line);
  if (kind == BootLine::None) return false;
  const Instant until = kind == BootLine::Late ? late_until_ : start_until_;
  if (now_ > until && !restarted_) raiseRestart(line);
  return true;
}

void AtEngine::raiseRestart(std::string_view line) {
  log_.warning("modem restarted: %.*s", static_cast<int>(line.size()), line.data());
  restarted_ = true;
  ++counters_.restarts;
  in_step_ = false;
  output_.clear();
  output_sent_ = 0;
  finish(failure(AtError::Kind::ModemRestarted));
  failQueued(AtError::Kind::ModemRestarted);
}

void AtEngine::onFinal(const FinalResult& result) {
  if (phase_ == Phase::Idle) {
    ++counters_.stray_results;
    return;
  }
  if (phase_ == Phase::Resync) {
    probe_answered_ = probe_answered_ || result.ok;
    if (probe_answered_) settled_at_ = now_ + kSettle;
    return;
  }
  if (block_.malformed()) return finish(failure(AtError::Kind::Error));
  // OK before the whole block was sent is the answer to something else.
  const bool premature = data_sent_ < data_size_;
  in_step_ = in_step_ && !(result.ok && premature);
  if (result.ok && !premature) return finish(AtResponse(information_.view(), block_.size()));
  finish(failure(AtError::Kind::Error, result.code));
}

// --- time ---

void AtEngine::checkDeadlines() {
  if (phase_ == Phase::Idle) return;
  giveUpWaiting();
  if (phase_ == Phase::Resync) return stepResync();
  if (phase_ == Phase::Prompt && now_ >= prompt_deadline_ && prompt_ == AtPrompt::Download) onPrompt();
  const bool no_prompt = phase_ == Phase::Prompt && now_ >= prompt_deadline_;
  const bool broken_off = block_.open() && now_ >= last_received_ + kBlockSilence;
  if (no_prompt || broken_off || now_ >= deadline_) onTimeout();
}

void AtEngine::onTimeout() {
  ++counters_.timeouts;
  const std::string_view command = output_.view().substr(0, output_.view().find('\r'));
  log_.warning("no answer to %.*s", static_cast<int>(command.size()), command.data());
  outOfStep(AtError::Kind::Timeout);
}

// Ends the exchange although the modem may still be busy with it.
void AtEngine::outOfStep(AtError::Kind kind) {
  in_step_ = false;
  data_ = {};
  complete(failure(kind));
  startResync(nullptr, kProbeInterval, kResyncLimit);
}

void AtEngine::stepResync() {
  if (now_ >= settled_at_) {
    in_step_ = true;
    return finish(AtResponse());
  }
  if (now_ >= deadline_) {
    in_step_ = probe_answered_;
    if (probe_answered_) return finish(AtResponse());
    finish(failure(AtError::Kind::Timeout));
    return failQueued(AtError::Kind::Timeout);
  }
  if (probe_answered_ || now_ < next_probe_) return;
  if (probes_ == kProbesBeforePadding && data_sent_ < data_size_) data_released_ = true;  // the prompt was lost
  if (dataPending()) return;
  ++probes_;
  next_probe_ = now_ + probe_interval_;
  SK_ASSERT(output_.assign(kProbe));
  output_sent_ = 0;
}

Instant AtEngine::nextDeadline() const {
  if (phase_ == Phase::Idle) return queue_ == nullptr || unread_ != nullptr ? kNever : now_;
  Instant next = std::min(deadline_, outputPending() ? now_ + kWriteRetry : kNever);
  if (phase_ == Phase::Prompt) next = std::min(next, prompt_deadline_);
  for (const Run* run = running_ == nullptr ? nullptr : queue_; run != nullptr; run = run->next_) {
    next = std::min(next, run->give_up_);
  }
  if (block_.open()) next = std::min(next, last_received_ + kBlockSilence);
  if (phase_ == Phase::Resync) next = std::min({next, settled_at_, probe_answered_ ? kNever : next_probe_});
  return next;
}

// --- what goes out ---

bool AtEngine::outputPending() const { return output_sent_ < output_.size() || dataPending(); }

std::string_view AtEngine::dataChunk() const {
  if (!data_.empty()) return data_.substr(data_sent_);
  return kPadding.substr(0, std::min(kPadding.size(), data_size_ - data_sent_));
}

bool AtEngine::writeSome(std::string_view bytes, std::size_t& sent) {
  const std::size_t count = uart_.write(bytesOf(bytes));
  sent += count;
  return count == bytes.size();
}

void AtEngine::writeAll() {
  while (dataPending()) {
    if (!writeSome(dataChunk(), data_sent_)) return;
  }
  if (phase_ == Phase::Data) phase_ = Phase::Final;
  if (output_sent_ < output_.size()) writeSome(output_.view().substr(output_sent_), output_sent_);
}

}  // namespace smartkar::device
