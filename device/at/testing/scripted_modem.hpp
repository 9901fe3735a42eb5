#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "device/platform/uart.hpp"

namespace smartkar::device {

// Wire form of an answer: "+CSQ: 20,99|OK" becomes "\r\n+CSQ: 20,99\r\n\r\nOK\r\n".
inline std::string wire(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('|'), lines.size());
    text += "\r\n" + std::string(lines.substr(0, end)) + "\r\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

// The far end of the line for unit tests: answers what a test says, when it says. Knows nothing of AT but the CR at the
// end of a command.
class ScriptedModem : public Uart {
 public:
  struct Reply {
    std::string bytes;
    Duration after = 15ms;
    std::size_t block = 0;  // bytes of data to take after `bytes`, before `final`
    std::string final_bytes{};
  };

  // Answers to one command, used in turn; the last is repeated. lines: as for wire(); empty: silence.
  void on(const std::string& command, std::string_view lines, Duration after = 15ms) {
    replies_[command].push_back({wire(lines), after});
  }
  // A command with a data block: prompt bytes, then `size` bytes are taken, then the lines.
  void onBlock(const std::string& command, std::size_t size, std::string_view lines, std::string prompt = "\r\n>") {
    replies_[command].push_back({std::move(prompt), 15ms, size, wire(lines)});
  }
  // The modem speaks by itself.
  void say(std::string bytes, Duration after = 0ms) { speak(std::move(bytes), after); }
  void forget(const std::string& command) { replies_.erase(command); }

  void advance(Instant now) {
    now_ = now;
    while (!pending_.empty() && pending_.begin()->first <= now_) {
      readable_ += pending_.begin()->second;
      pending_.erase(pending_.begin());
    }
  }
  Instant nextEvent() const {
    if (!readable_.empty()) return std::max(now_, readable_at_);
    return pending_.empty() ? kNever : pending_.begin()->first;
  }
  Instant now() const { return now_; }
  // Forgets what it was about to say and what it took half: as after a restart.
  void cut() {
    pending_.clear();
    line_.clear();
    data_.clear();
    block_ = 0;
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t limit = next_chunk ? next_chunk() : chunk;
    const std::size_t count = std::min({into.size(), readable_.size(), limit});
    if (paused_ || count == 0 || now_ < readable_at_) {
      paused_ = false;
      return 0;
    }
    std::copy_n(readable_.begin(), count, into.begin());
    readable_.erase(0, count);
    paused_ = limit != SIZE_MAX;
    readable_at_ = now_ + chunk_gap;
    return count;
  }
  std::size_t write(std::span<const std::uint8_t> bytes) override {
    const std::size_t count = std::min(bytes.size(), write_limit);
    for (std::size_t i = 0; i < count; ++i) take(static_cast<char>(bytes[i]));
    return count;
  }
  // How often a command was sent.
  std::size_t count(std::string_view command) const {
    return static_cast<std::size_t>(std::count(commands.begin(), commands.end(), command));
  }
  bool sentBefore(std::string_view first, std::string_view second) const {
    return std::find(commands.begin(), commands.end(), first) < std::find(commands.begin(), commands.end(), second);
  }

  std::vector<std::string> commands;  // as received, without CR
  std::vector<std::string> blocks;    // data blocks as received
  std::string default_reply = "OK";   // for commands without an entry
  bool echo = false;
  bool silent = false;                      // hears and says nothing
  std::size_t chunk = SIZE_MAX;             // bytes per read; each read is followed by an empty one
  std::function<std::size_t()> next_chunk;  // instead of chunk: asked for every read
  Duration chunk_gap = 0ms;                 // silence after every read
  // Asked before the script is; nothing: the script answers.
  std::function<std::optional<Reply>(const std::string&)> answerer;
  std::function<void(const std::string&)> on_block;  // told of every data block
  std::size_t write_limit = SIZE_MAX;

 private:
  void take(char c) {
    if (silent) return;
    if (echo) speak(std::string(1, c), 0ms);
    if (block_ > 0) {
      data_ += c;
      if (--block_ == 0) endBlock();
    } else if (c == '\r') {
      answer(std::exchange(line_, {}));
    } else {
      line_ += c;
    }
  }
  void endBlock() {
    blocks.push_back(std::exchange(data_, {}));
    if (on_block) on_block(blocks.back());
    speak(std::exchange(final_, {}), 15ms);
  }
  void answer(const std::string& command) {
    commands.push_back(command);
    const auto answered = answerer ? answerer(command) : std::nullopt;
    const Reply reply = answered ? *answered : scripted(command);
    block_ = reply.block;
    final_ = reply.final_bytes;
    speak(reply.bytes, reply.after);
  }
  Reply scripted(const std::string& command) {
    const auto found = replies_.find(command);
    if (found == replies_.end()) return {wire(default_reply)};
    Reply reply = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return reply;
  }
  void speak(std::string bytes, Duration after) {
    if (bytes.empty()) return;
    if (after == 0ms) {
      readable_ += bytes;
    } else {
      pending_.emplace(now_ + after, std::move(bytes));
    }
  }

  std::map<std::string, std::deque<Reply>> replies_;
  std::multimap<Instant, std::string> pending_;
  std::string readable_;
  std::string line_;
  std::string data_;
  std::string final_;
  std::size_t block_ = 0;
  bool paused_ = false;
  Instant readable_at_{};
  Instant now_{};
};

}  // namespace smartkar::device
