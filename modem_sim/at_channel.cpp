#include "modem_sim/at_channel.hpp"

#include <optional>
#include <utility>

namespace smartkar::modem_sim {
namespace {

constexpr char kBackspace = 8;  // S5

// What follows the first "AT"; nothing if there is none: then the line is noise and gets no answer.
std::optional<std::string_view> afterAt(std::string_view line) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if ((line[i] == 'A' || line[i] == 'a') && (line[i + 1] == 'T' || line[i + 1] == 't')) return line.substr(i + 2);
  }
  return std::nullopt;
}

}  // namespace

void AtChannel::input(std::string_view bytes) {
  std::string echo;
  if (shut_down_) return;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (state_ == State::Running || (state_ == State::Data && !data_open_)) {
      if (config_.behaviour.early_data == EarlyData::Kept) early_data_ += bytes.substr(i);
      break;
    }
    if (state_ == State::Data) {
      echo += c;
      collectData(c);
    } else if (c != '\n') {
      echo += c;
      collect(c);
    }
  }
  if (settings_.echo && !echo.empty()) uart_.write(std::move(echo));
}

void AtChannel::collect(char c) {
  if (c == '\r') {
    endOfLine();
  } else if (c == '/' && (line_ == "A" || line_ == "a")) {
    line_.clear();
    begin(last_line_, false);  // A/ needs no end of line (AT Manual V1.05 §2.2.1)
  } else if (c == kBackspace) {
    if (!line_.empty()) line_.pop_back();
  } else if (line_.size() < kLineMax + 2) {
    line_ += c;
  } else {
    overflow_ = true;
  }
}

void AtChannel::endOfLine() {
  const std::string line = std::exchange(line_, {});
  const bool overflow = std::exchange(overflow_, false);
  early_data_.clear();
  const auto content = afterAt(line);
  if (!content) return;
  last_line_ = overflow ? std::string() : std::string(*content);
  begin(*content, overflow);
}

void AtChannel::begin(std::string_view content, bool overflow) {
  state_ = State::Running;
  next_ = 0;
  gap_ = false;
  auto commands = overflow ? std::nullopt : parseLine(content, config_.behaviour.backslash);
  later(config_.timing.answer, [this, commands = std::move(commands)] {
    if (!commands) return writeError(Cme::SyntaxError);
    commands_ = *commands;
    runNext();
  });
}

void AtChannel::runNext() {
  if (next_ == commands_.size()) return writeResult(true);
  const Command command = commands_[next_++];
  if (!fault_name_.empty() && command.name == fault_name_) {
    fault_name_.clear();
    if (!fault_mute_) return writeError(Cme::OperationFailed);
    state_ = State::Collecting;  // the answer never comes, but the channel lives
    return;
  }
  deliver(run_(command));
}

void AtChannel::failNext(std::string name, bool mute) {
  fault_name_ = std::move(name);
  fault_mute_ = mute;
}

void AtChannel::deliver(Reply reply) {
  for (std::string& block : reply.blocks) {
    if (!settings_.verbose && block.starts_with("\r\n")) block.erase(0, 2);
    uart_.write(std::move(block));
    gap_ = true;
  }
  switch (reply.kind) {
    case Reply::Kind::Ok:
      runNext();
      break;
    case Reply::Kind::Error:
      writeError(reply.error);
      break;
    case Reply::Kind::MessageError:
      writeFinal("+CMS ERROR: " + std::to_string(static_cast<int>(reply.message_error)));
      break;
    case Reply::Kind::Silent:
      end();
      break;
    case Reply::Kind::Later:
      waiting_ = true;
      state_ = State::Running;
      break;
    case Reply::Kind::Data:
      beginData(std::move(reply.data));
      break;
  }
  if (reply.after) reply.after();
}

void AtChannel::finish(Reply reply, Duration delay) {
  if (!waiting_) return;
  if (delay <= Duration{0}) {
    waiting_ = false;
    return deliver(std::move(reply));  // at once: what comes behind it over the air is printed behind it
  }
  later(delay, [this, reply = std::move(reply)] {
    if (std::exchange(waiting_, false)) deliver(reply);
  });
}

void AtChannel::beginData(DataRequest request) {
  state_ = State::Data;
  request_ = std::move(request);
  data_.clear();
  data_open_ = false;
  later(request_.prompt_delay, [this] {
    uart_.write(request_.prompt);
    data_open_ = true;
    if (request_.size == 0) return endData();
    if (request_.timeout > Duration{0}) {
      data_timer_ = later(request_.timeout, [this] {
        if (request_.takes_part) return endData();
        writeError(Cme::OperationFailed);
      });
    }
    input(std::exchange(early_data_, {}));
  });
}

void AtChannel::collectData(char c) {
  if (request_.end_marks.find(c) != std::string::npos) return endData();
  if (request_.cancel_marks.find(c) != std::string::npos) {
    request_.done = [](const std::string&) { return Reply::ok(); };
    return endData();
  }
  data_ += c;
  if (data_.size() == request_.size) endData();
}

void AtChannel::endData() {
  events_.cancel(data_timer_);
  state_ = State::Running;
  later(config_.timing.answer, [this] {
    if (settings_.echo) uart_.write("\r\n");
    deliver(std::exchange(request_, {}).done(std::exchange(data_, {})));
  });
}

void AtChannel::writeError(Cme error) {
  switch (settings_.cmee) {
    case 1:
      writeFinal("+CME ERROR: " + std::to_string(static_cast<int>(error)));
      break;
    case 2:
      writeFinal("+CME ERROR: " + std::string(text(error)));
      break;
    default:
      writeResult(false);
      break;
  }
}

// In words or, with ATV0, as numbers (AT Manual V1.05 §2.2.19).
void AtChannel::writeResult(bool ok) {
  if (settings_.verbose) return writeFinal(ok ? "OK" : "ERROR");
  if (!settings_.quiet) uart_.write(ok ? "0\r" : "4\r", gap_ ? config_.timing.answer_gap : Duration{0});
  end();
}

void AtChannel::writeFinal(std::string_view final_text) {
  const std::string start = settings_.verbose ? "\r\n" : "";
  if (!settings_.quiet)
    uart_.write(start + std::string(final_text) + "\r\n", gap_ ? config_.timing.answer_gap : Duration{0});
  end();
}

void AtChannel::end() {
  ++line_number_;
  commands_.clear();
  next_ = 0;
  waiting_ = false;
  state_ = State::Collecting;
}

EventQueue::Id AtChannel::later(Duration delay, std::function<void()> step) {
  return events_.after(delay, EventQueue::Owner::Firmware, [this, line = line_number_, step = std::move(step)] {
    if (line == line_number_) step();
  });
}

void AtChannel::shutDown() {
  end();
  shut_down_ = true;
}

void AtChannel::reset() {
  end();
  line_.clear();
  last_line_.clear();
  overflow_ = false;
  data_open_ = false;
  shut_down_ = false;
}

}  // namespace smartkar::modem_sim
