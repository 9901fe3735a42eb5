#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "base/time.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {

// A dialogue and what precedes it. World: has bench, model, expectDefined() and expectRecovery(bool at_once).
template <class World>
struct Operation {
  std::string name;
  std::function<void(World&)> prepare;
  Task<void> (World::*run)();
};

// Runs a dialogue once without fault to count its steps, then again and again with something going wrong at each.
template <class World>
class FaultHarness {
 public:
  explicit FaultHarness(const Operation<World>& operation) : operation_(operation) {}

  // How many runs had a fault. Ends at the first run that fails.
  int injectEverywhere() {
    countSteps();
    for (std::size_t step = 0; step < steps_ && !::testing::Test::HasFailure(); ++step) injectAt(step);
    constexpr int kCuts = 40;  // also between the steps, where it waits for time to pass
    for (int cut = 0; cut < kCuts && !::testing::Test::HasFailure(); ++cut) cancelAfter(duration_ * cut / kCuts);
    return runs_;
  }
  std::size_t steps() const { return steps_; }

 private:
  static constexpr Duration kLongestCall = 10min;

  void countSteps() {
    World world;
    operation_.prepare(world);
    world.model.arm(SIZE_MAX, std::nullopt);
    const Instant begun = world.bench.now;
    Task<void> task = (world.*operation_.run)();
    task.start();
    world.bench.finish(task);
    ASSERT_TRUE(task.done());
    duration_ = world.bench.now - begun;
    steps_ = world.model.steps;
    task.cancel();
    world.expectDefined();
    world.expectRecovery(true);
  }

  void injectAt(std::size_t step) {
    for (const Fault fault : kFaults) {
      SCOPED_TRACE(operation_.name + ", step " + std::to_string(step) + ", fault " +
                   std::to_string(static_cast<int>(fault)));
      fail(step, fault);
      if (::testing::Test::HasFailure()) return;
    }
    for (const Duration late : {0ms, 4ms, 16ms, 300ms}) {
      for (const bool at_once : {true, false}) {
        SCOPED_TRACE(operation_.name + ", step " + std::to_string(step) + ", cancelled");
        cancelAt(step, late, at_once);
      }
    }
  }

  void fail(std::size_t step, Fault fault) {
    World world;
    operation_.prepare(world);
    world.model.arm(step, fault);
    Task<void> task = (world.*operation_.run)();
    task.start();
    world.bench.finish(task, kLongestCall);
    ASSERT_TRUE(task.done()) << "does not end";
    ASSERT_TRUE(world.model.hit);
    task.cancel();
    ++runs_;
    world.expectDefined();
    world.expectRecovery(step % 2 == 0);
  }

  // late: how long after the command was heard; a few bytes at a time go out, so that data blocks are cut too.
  void cancelAt(std::size_t step, Duration late, bool at_once) {
    World world;
    operation_.prepare(world);
    world.model.arm(step, std::nullopt);
    world.bench.modem.write_limit = 8;
    Task<void> task = (world.*operation_.run)();
    task.start();
    while (!world.model.hit && world.bench.nextEvent() != kNever) world.bench.runUntil(world.bench.nextEvent());
    ASSERT_TRUE(world.model.hit);
    world.bench.runFor(late);
    task.cancel();
    world.bench.modem.write_limit = SIZE_MAX;
    ++runs_;
    world.expectDefined();
    world.expectRecovery(at_once);
  }

  void cancelAfter(Duration span) {
    SCOPED_TRACE(operation_.name + ", cancelled after " + std::to_string(span / 1ms) + " ms");
    World world;
    operation_.prepare(world);
    Task<void> task = (world.*operation_.run)();
    task.start();
    world.bench.runFor(span);
    task.cancel();
    ++runs_;
    world.expectDefined();
    world.expectRecovery(true);
  }

  const Operation<World>& operation_;
  std::size_t steps_ = 0;
  Duration duration_{};
  int runs_ = 0;
};

}  // namespace smartkar::device
