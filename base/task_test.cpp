#include "base/task.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/scheduler.hpp"

namespace smartkar {
namespace {

class Dialogue {
 public:
  Arena& arena() { return arena_; }

  Task<int> answerAfter(Duration wait, int value) {
    co_await scheduler.sleep(wait);
    log.push_back("slept");
    co_return value;
  }
  Task<int> sum() {
    const int first = co_await answerAfter(1s, 1);
    const int second = co_await answerAfter(2s, 2);
    co_return first + second;
  }
  Task<bool> heard(Instant deadline) {
    const bool set = co_await signal.wait(deadline);
    co_return set;
  }
  Task<Result<void, int>> failing() { co_return Failure{7}; }
  Task<Result<void, int>> giveUpAtFirstFailure() {
    SK_CO_TRY(co_await failing());
    log.push_back("not reached");
    co_return Result<void, int>{};
  }

  Scheduler scheduler;
  Signal signal{scheduler};
  std::vector<std::string> log;

 private:
  FixedArena<4096> arena_;
};

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

TEST(Task, RunsThroughItsWaitsAndFreesItsFrames) {
  Dialogue dialogue;
  {
    Task<int> task = dialogue.sum();
    task.start();
    EXPECT_EQ(dialogue.scheduler.nextDeadline(), at(1s));
    dialogue.scheduler.run(at(1s));
    EXPECT_TRUE(task.running());
    dialogue.scheduler.run(at(2999ms));
    EXPECT_TRUE(task.running());
    dialogue.scheduler.run(at(3s));
    ASSERT_TRUE(task.done());
    EXPECT_EQ(task.result(), 3);
  }
  EXPECT_EQ(dialogue.arena().used(), 0u);
  EXPECT_GT(dialogue.arena().highWater(), 0u);
}

TEST(Task, CancelledWhileItWaitsNeverContinues) {
  Dialogue dialogue;
  Task<int> task = dialogue.sum();
  task.start();
  task.cancel();
  EXPECT_EQ(dialogue.scheduler.nextDeadline(), kNever);
  dialogue.scheduler.run(at(10s));
  EXPECT_TRUE(dialogue.log.empty());
  EXPECT_EQ(dialogue.arena().used(), 0u);
}

TEST(Task, FailureLeavesTheDialogueWithItsCause) {
  Dialogue dialogue;
  auto task = dialogue.giveUpAtFirstFailure();
  task.start();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.result().error(), 7);
  EXPECT_TRUE(dialogue.log.empty());
}

TEST(Signal, EndsAWaitBeforeTheDeadline) {
  Dialogue dialogue;
  auto task = dialogue.heard(at(5s));
  task.start();
  dialogue.signal.set();
  EXPECT_FALSE(task.done()) << "a signal must not run the dialogue from inside the caller";
  dialogue.scheduler.run(at(1s));
  ASSERT_TRUE(task.done());
  EXPECT_TRUE(task.result());
}

TEST(Signal, DeadlineEndsTheWaitWithoutSignal) {
  Dialogue dialogue;
  auto task = dialogue.heard(at(5s));
  task.start();
  dialogue.scheduler.run(at(5s));
  ASSERT_TRUE(task.done());
  EXPECT_FALSE(task.result());
}

TEST(Signal, SetBeforeTheWaitIsNotLost) {
  Dialogue dialogue;
  dialogue.signal.set();
  auto task = dialogue.heard(at(5s));
  task.start();
  ASSERT_TRUE(task.done());
  EXPECT_TRUE(task.result());
  EXPECT_FALSE(dialogue.signal.isSet());
}

TEST(ArenaDeathTest, RunningOutIsABrokenInvariant) {
  FixedArena<64> arena;
  EXPECT_DEATH(arena.allocate(65), "broken invariant");
}

TEST(ArenaDeathTest, FramesAreReleasedInReverseOrder) {
  FixedArena<256> arena;
  void* first = arena.allocate(32);
  arena.allocate(32);
  EXPECT_DEATH(arena.release(first, 32), "broken invariant");
}

}  // namespace
}  // namespace smartkar
