// Several dialogues, each with its own arena, on one line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "device/at/at_engine.hpp"
#include "device/at/testing/at_bench.hpp"

namespace smartkar::device {
namespace {

using ::testing::ElementsAre;

// One caller with one command at a time.
class Caller {
 public:
  explicit Caller(AtBench& bench) : bench_(bench) {}
  Arena& arena() { return arena_; }
  void send(std::string line, AtPriority priority = AtPriority::Normal, Duration timeout = 5s) {
    line_ = std::move(line);
    command_ = {.line = line_, .timeout = timeout, .priority = priority};
    task_ = talk();
    task_.start();
  }
  void synchronise() {
    task_ = probe();
    task_.start();
  }
  void cancel() { task_.cancel(); }
  bool done() const { return task_.done(); }
  const std::string& line() const { return line_; }

  std::string first;
  std::optional<AtError::Kind> error;

 private:
  Task<void> talk() {
    error.reset();
    first.clear();
    const auto answer = co_await bench_.at.run(command_);
    if (answer.ok()) {
      first = answer->first();
    } else {
      error = answer.error().kind;
    }
  }
  Task<void> probe() {
    const auto answer = co_await bench_.at.synchronise(100ms, 2s);
    error = answer.ok() ? std::nullopt : std::optional(answer.error().kind);
  }

  AtBench& bench_;
  FixedArena<2048> arena_;
  std::string line_;
  AtCommand command_;
  Task<void> task_;
};

class AtQueueTest : public ::testing::Test {
 protected:
  AtQueueTest() {
    bench.at.expectBoot(kNever, kNever);
    for (const char* name : {"A", "B", "C", "D"}) {
      bench.modem.on(std::string("AT+") + name, std::string("+") + name + ": answer " + name + "|OK");
    }
  }
  AtBench bench;
  Caller a{bench}, b{bench}, c{bench}, d{bench};
};

TEST_F(AtQueueTest, WaitingCommands_GoByPriorityThenByArrival) {
  a.send("AT+A", AtPriority::Low);
  b.send("AT+B", AtPriority::Low);
  c.send("AT+C");
  d.send("AT+D", AtPriority::High);
  bench.runFor(1s);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+A", "AT+D", "AT+C", "AT+B"));
  for (const Caller* caller : {&a, &b, &c, &d}) EXPECT_TRUE(caller->done());
}

TEST_F(AtQueueTest, EveryCaller_ReadsItsOwnAnswer) {
  a.send("AT+A");
  b.send("AT+B");
  bench.runFor(1s);
  EXPECT_EQ(a.first, "+A: answer A");
  EXPECT_EQ(b.first, "+B: answer B");
}

TEST_F(AtQueueTest, WhoWaitsAsLongAsItsTimeout_IsToldBusyAndWasNotSent) {
  bench.modem.on("AT+SMCONN", "OK", 60s);
  a.send("AT+SMCONN", AtPriority::Normal, 150s);
  b.send("AT+B");
  const Instant begun = bench.now;
  while (!b.done()) bench.runFor(100ms);
  EXPECT_EQ(b.error, AtError::Kind::Busy);
  EXPECT_LE(bench.now - begun, 5s + 100ms);
  bench.runFor(120s);
  EXPECT_TRUE(a.done() && !a.error);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+SMCONN"));
}

TEST_F(AtQueueTest, CancelledWhileWaiting_IsNotSent) {
  a.send("AT+A");
  b.send("AT+B");
  c.send("AT+C");
  b.cancel();
  bench.runFor(1s);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+A", "AT+C"));
}

TEST_F(AtQueueTest, CancelledWhileTheModemWorks_TheNextWaitsForTheOwedAnswer) {
  bench.modem.on("AT+SLOW", "+B: not yours|OK", 3s);
  a.send("AT+SLOW");
  b.send("AT+B");
  bench.runFor(1s);
  a.cancel();
  bench.runFor(5s);
  EXPECT_EQ(b.first, "+B: answer B");
}

TEST_F(AtQueueTest, Defect63Restart_EndsTheExchangeAndAllWhoWait) {
  bench.at.expectBoot(bench.now, bench.now);
  bench.modem.on("AT+SMCONN", "RDY");
  a.send("AT+SMCONN");
  b.send("AT+B");
  c.synchronise();
  bench.runFor(1s);
  for (const Caller* caller : {&a, &b, &c}) EXPECT_EQ(caller->error, AtError::Kind::ModemRestarted);
}

TEST_F(AtQueueTest, SilentModem_EndsEveryWaitInBoundedTime) {
  bench.modem.silent = true;
  a.send("AT+A");
  b.send("AT+B", AtPriority::Normal, 60s);
  c.send("AT+C", AtPriority::Low, 60s);
  bench.runFor(15s);
  for (const Caller* caller : {&a, &b, &c}) EXPECT_EQ(caller->error, AtError::Kind::Timeout);
  EXPECT_TRUE(bench.at.idle());
}

TEST_F(AtQueueTest, Synchronising_GoesBeforeCommands) {
  a.send("AT+A");
  b.send("AT+B", AtPriority::High);
  c.synchronise();
  bench.runFor(1s);
  EXPECT_THAT(bench.modem.commands, ElementsAre("AT+A", "AT+B", "AT"));
  EXPECT_TRUE(c.done() && !c.error);
}

TEST_F(AtQueueTest, RandomCallersAndCancels_NobodyIsForgottenAndNobodyGetsAnothersAnswer) {
  Random random(20);
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < 6; ++i) callers.push_back(std::make_unique<Caller>(bench));
  Instant free_at{};  // it does one thing after the other
  bench.modem.answerer = [&](const std::string& command) {
    const bool probe = command == "AT";
    if (!probe && random.chance(0.03)) return std::optional(ScriptedModem::Reply{});
    const Duration usual = Duration(1ms) * random.between(5, probe ? 100 : 300);
    const Duration work = !probe && random.chance(0.05) ? 9s : usual;
    free_at = std::max(free_at, bench.modem.now()) + work;
    const Duration after = free_at - bench.modem.now();
    const std::string name = command.substr(command.find_first_of('+') + 1);
    const std::string lines = probe ? "OK" : "+" + name + ": for " + name + "|OK";
    return std::optional(ScriptedModem::Reply{wire(lines), after});
  };
  for (int turn = 0; turn < 20000; ++turn) {
    Caller& caller = *callers[random.below(6)];
    if (caller.done() && caller.error == std::nullopt) {
      const std::string name = caller.line().substr(3);
      ASSERT_EQ(caller.first, "+" + name + ": for " + name);
    }
    if (random.chance(0.1)) caller.cancel();
    if (caller.done() || caller.line().empty() || random.chance(0.05)) {
      caller.cancel();
      caller.send("AT+N" + std::to_string(turn), static_cast<AtPriority>(random.below(3)));
    }
    bench.runFor(Duration(1ms) * random.between(0, 100));
  }
  for (auto& caller : callers) caller->cancel();
  bench.runFor(60s);
  EXPECT_TRUE(bench.at.idle());
  a.send("AT+LAST");
  bench.runFor(20s);
  EXPECT_TRUE(a.done());
}

}  // namespace
}  // namespace smartkar::device
