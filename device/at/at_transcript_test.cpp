// Whatever the modem may legally send must read the same however the line cuts it and whatever it says in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "device/at/at_engine.hpp"
#include "device/at/testing/at_bench.hpp"
#include "device/at/testing/transcripts.hpp"

namespace smartkar::device {
namespace {

// Lines nobody asked for; the hostile ones look like the end or the beginning of something else.
const std::vector<std::string> kUrcs = {
    "+SMSUB: \"smartkar/1/command\",\"7B7D\"",
    "+APP PDP: 0,DEACTIVE",
    "+SMSUB: \"t>\",\"4F4B\"",
    "+CMTI: \"SM\",3",
    "+SMSUB: \"OK\",\"\"",
};

// Puts lines nobody asked for at the boundaries that `where` names, one bit a boundary.
class Weaver {
 public:
  explicit Weaver(std::uint32_t where) : where_(where) {}

  // lines: in the form of wire(). at_end: whether there is a boundary after the last line.
  std::string weave(std::string_view lines, bool at_end) {
    std::string text;
    while (!lines.empty()) {
      text += urc();
      const std::size_t end = std::min(lines.find('|'), lines.size());
      text += wire(lines.substr(0, end));
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return at_end ? text + urc() : text;
  }
  const std::vector<std::string>& spoken() const { return spoken_; }

 private:
  std::string urc() {
    const std::uint32_t boundary = boundary_++;
    if ((where_ >> boundary & 1) == 0) return {};
    spoken_.push_back(kUrcs[boundary % kUrcs.size()]);
    return wire(spoken_.back());
  }

  std::uint32_t where_;
  std::uint32_t boundary_ = 0;
  std::vector<std::string> spoken_;
};

std::uint32_t boundariesOf(const Transcript& transcript) {
  Weaver counter(~0u);
  if (!transcript.prompt.empty()) counter.weave(transcript.prompt.starts_with('>') ? "" : transcript.prompt, true);
  counter.weave(transcript.answer, true);
  return static_cast<std::uint32_t>(counter.spoken().size());
}

// One run of one transcript.
class Replay {
 public:
  Replay(const Transcript& transcript, std::uint32_t where, std::uint64_t seed)
      : transcript_(transcript), weaver_(where), random_(seed) {
    bench_.at.onUrc("+", urcs_);
    bench_.at.expectBoot(kNever, kNever);
    bench_.modem.echo = seed % 2 == 1;
    bench_.modem.write_limit = seed % 3 == 0 ? SIZE_MAX : 1 + random_.below(40);
    if (seed > 0) bench_.modem.next_chunk = [this] { return 1 + random_.below(seed_chunk_); };
    seed_chunk_ = 1 + static_cast<std::uint32_t>(seed * 7 % 40);
    if (seed % 4 == 3) bench_.modem.chunk_gap = 3ms;
    bench_.modem.answerer = [this](const std::string&) { return std::optional(reply()); };
  }

  void run() {
    Task<void> task = talk();
    task.start();
    bench_.finish(task, 100s);
    ASSERT_TRUE(task.done());
    bench_.runFor(2s);
    EXPECT_EQ(ok_, transcript_.ok);
    EXPECT_EQ(code_, transcript_.code);
    EXPECT_EQ(information_, transcript_.information);
    EXPECT_EQ(block_, transcript_.block);
    EXPECT_EQ(spoken(), weaver_.spoken());
    if (!transcript_.prompt.empty()) {
      EXPECT_THAT(bench_.modem.blocks, ::testing::ElementsAre(std::string(transcript_.command.data)));
    }
    EXPECT_TRUE(bench_.at.idle() && bench_.at.inStep());
    EXPECT_EQ(bench_.at.counters().noise_lines + bench_.at.counters().timeouts, 0u);
    EXPECT_EQ(bench_.at.counters().stray_results + bench_.at.counters().lost_lines, 0u);
  }
  Arena& arena() { return bench_.arena(); }

 private:
  ScriptedModem::Reply reply() {
    if (transcript_.prompt.empty()) return {weaver_.weave(transcript_.answer, true)};
    const bool angle = transcript_.prompt.starts_with('>');
    std::string before = weaver_.weave(angle ? "" : transcript_.prompt, true);
    if (angle) before += "\r\n> ";
    const std::size_t size = transcript_.command.data.size();
    return {before, 15ms, size, weaver_.weave(transcript_.answer, true)};
  }
  Task<void> talk() {
    const auto answer = co_await bench_.at.run(transcript_.command);
    ok_ = answer.ok();
    if (!ok_) code_ = answer.error().code;
    if (!ok_) co_return;
    const auto block = transcript_.command.into.first(answer->blockBytes());
    block_.assign(block.begin(), block.end());
    for (auto line = answer->first(); !line.empty(); line = answer->next(line)) information_.emplace_back(line);
  }
  // What the handler of every `+` line was given, without the answer's own.
  std::vector<std::string> spoken() const {
    std::vector<std::string> lines;
    for (const auto& line : urcs_.lines) {
      if (std::find(kUrcs.begin(), kUrcs.end(), line) != kUrcs.end()) lines.push_back(line);
    }
    return lines;
  }

  const Transcript& transcript_;
  Weaver weaver_;
  Random random_;
  std::uint32_t seed_chunk_ = 1;
  AtBench bench_;
  RecordingUrcHandler urcs_;
  bool ok_ = false;
  int code_ = -1;
  std::vector<std::string> information_;
  std::string block_;
};

TEST(AtTranscripts, CutAnywhereWithUrcsAtAnyBoundary_GiveTheSameResult) {
  int runs = 0;
  for (const Transcript& transcript : knownTranscripts()) {
    const std::uint32_t boundaries = boundariesOf(transcript);
    for (std::uint32_t where = 0; where < 1u << boundaries; ++where) {
      for (std::uint64_t seed = 0; seed < 16; ++seed) {
        SCOPED_TRACE(std::string(transcript.command.line) + " " + std::string(transcript.answer) + " where " +
                     std::to_string(where) + " seed " + std::to_string(seed));
        Replay(transcript, where, seed).run();
        if (::testing::Test::HasFailure()) return;
        ++runs;
      }
    }
  }
  RecordProperty("runs", runs);
}

}  // namespace
}  // namespace smartkar::device
