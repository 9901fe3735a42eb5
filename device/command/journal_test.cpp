#include "device/command/journal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "device/command/testing/counting_entropy.hpp"
#include "device/platform/testing/cut_flash.hpp"

namespace smartkar::device {
namespace {

constexpr std::size_t kSmallSlots = 16;
constexpr std::size_t kSmallSector = kSmallSlots * kRecordBytes;

JournalEntry entryOf(protocol::CommandId id, EntryState state) {
  JournalEntry entry;
  entry.id = id;
  entry.fingerprint = id * 7;
  if (id % 4 == 0) entry.action = protocol::Action::Cancel;
  entry.state = state;
  if (state == EntryState::Finished) entry.outcome.elapsed_ms = id;
  return entry;
}

struct JournalTest : testing::Test {
  CutFlash flash{kSmallSector};
  CountingEntropy entropy;
  NullLogSink log;

  Journal mounted() {
    Journal journal(flash, entropy, log);
    EXPECT_TRUE(journal.open());
    return journal;
  }
};

TEST_F(JournalTest, NewFlashGetsAnEpochThatStays) {
  const std::uint32_t epoch = mounted().epoch();
  EXPECT_NE(epoch, 0u);
  EXPECT_EQ(mounted().epoch(), epoch);
}

TEST_F(JournalTest, ErasedFlashGetsAnotherEpoch) {
  const std::uint32_t epoch = mounted().epoch();
  std::fill(flash.bytes().begin(), flash.bytes().end(), std::uint8_t{0xFF});
  EXPECT_NE(mounted().epoch(), epoch);
}

TEST_F(JournalTest, StoredEntriesAreFoundAfterReopening) {
  Journal journal = mounted();
  ASSERT_TRUE(journal.store(entryOf(5, EntryState::Received)));
  JournalEntry finished = entryOf(5, EntryState::Finished);
  finished.outcome = {protocol::ResponseStatus::Failed, protocol::Stage::WaitingForWake, Fault::WakeTimeout, 15003};
  ASSERT_TRUE(journal.store(finished));
  const Journal again = mounted();
  ASSERT_NE(again.find(5), nullptr);
  EXPECT_EQ(*again.find(5), finished);
  EXPECT_EQ(again.maxId(), 5u);
}

TEST_F(JournalTest, BootsAreCountedAcrossCompaction) {
  for (std::uint32_t boot = 1; boot <= 100; ++boot) {
    Journal journal = mounted();
    ASSERT_TRUE(journal.countBoot());
    EXPECT_EQ(mounted().boot(), boot);
  }
}

TEST_F(JournalTest, WhatIsForgottenRaisesTheFloor) {
  Journal journal = mounted();
  for (protocol::CommandId id = 1; id <= 100; ++id) {
    ASSERT_TRUE(journal.store(entryOf(id, EntryState::Finished)));
    const Journal again = mounted();
    EXPECT_EQ(again.floor(), journal.floor());
    EXPECT_EQ(again.maxId(), id);
    for (protocol::CommandId earlier = 1; earlier <= id; ++earlier) {
      EXPECT_TRUE(again.find(earlier) != nullptr || earlier <= again.floor()) << earlier << " of " << id;
    }
  }
}

TEST_F(JournalTest, FlippedBitMakesARecordInvalid) {
  ASSERT_TRUE(mounted().store(entryOf(5, EntryState::Finished)));
  flash.bytes()[kRecordBytes + 12] ^= 0x10;
  EXPECT_EQ(mounted().find(5), nullptr);
}

TEST_F(JournalTest, FlashThatIsTooSmallIsRefused) {
  CutFlash tiny(4 * kRecordBytes);
  Journal journal(tiny, entropy, log);
  EXPECT_EQ(journal.open().error(), JournalError::TooSmall);
}

TEST_F(JournalTest, FullJournalForgetsTheLowestFinishedCommandOnly) {
  Journal journal = mounted();
  ASSERT_TRUE(journal.store(entryOf(1, EntryState::Actuating)));
  for (protocol::CommandId id = 2; id <= 100; ++id) {
    ASSERT_TRUE(journal.store(entryOf(id, EntryState::Finished)));
    ASSERT_NE(journal.find(1), nullptr);
    ASSERT_LE(journal.entries().size(), kSmallSlots / 2);
    EXPECT_EQ(mounted().find(1)->state, EntryState::Actuating);
    EXPECT_EQ(mounted().floor(), journal.floor());
  }
  EXPECT_EQ(journal.row(1), Row::Actuating);
  EXPECT_EQ(journal.row(2), Row::Forgotten);
  EXPECT_EQ(journal.row(100), Row::Finished);
  EXPECT_EQ(journal.row(101), Row::Unseen);
  EXPECT_GT(journal.cells().at(Row::Actuating, Happening::Room), 0u);
  EXPECT_GT(journal.cells().at(Row::Finished, Happening::Room), 0u);
}

TEST_F(JournalTest, OutcomeThatCouldNotBeWrittenIsKnownAndWrittenBeforeAnythingElse) {
  Journal journal = mounted();
  ASSERT_TRUE(journal.store(entryOf(1, EntryState::Actuating)));
  flash.cutAfter(0);
  ASSERT_FALSE(journal.store(entryOf(1, EntryState::Finished)));
  journal.storeLater(entryOf(1, EntryState::Finished));
  EXPECT_EQ(journal.row(1), Row::Finished);
  EXPECT_FALSE(journal.store(entryOf(2, EntryState::Received)));
  flash.powerUp();
  EXPECT_EQ(mounted().row(1), Row::Actuating);
  ASSERT_TRUE(journal.store(entryOf(2, EntryState::Received)));
  EXPECT_EQ(*mounted().find(1), entryOf(1, EntryState::Finished));
  EXPECT_EQ(mounted().row(2), Row::Received);
}

// A system command was carried out beside the command that acts, and then the flash failed.
TEST_F(JournalTest, TwoOutcomesThatCouldNotBeWrittenAreBothKnownAndWritten) {
  Journal journal = mounted();
  ASSERT_TRUE(journal.store(entryOf(1, EntryState::Actuating)));
  flash.cutAfter(0);
  for (const protocol::CommandId id : {2u, 1u, 2u}) journal.storeLater(entryOf(id, EntryState::Finished));
  EXPECT_EQ(journal.row(1), Row::Finished);
  EXPECT_EQ(journal.row(2), Row::Finished);
  flash.powerUp();
  ASSERT_TRUE(journal.store(entryOf(3, EntryState::Received)));
  for (const protocol::CommandId id : {1u, 2u}) EXPECT_EQ(*mounted().find(id), entryOf(id, EntryState::Finished));
}

TEST_F(JournalTest, JournalThatIsNotOpenKnowsNothingAndTakesNothing) {
  CutFlash tiny(4 * kRecordBytes);
  Journal journal(tiny, entropy, log);
  static_cast<void>(journal.open());
  EXPECT_EQ(journal.row(5), Row::Forgotten);
  EXPECT_EQ(journal.maxId(), 0u);
  EXPECT_EQ(journal.store(entryOf(5, EntryState::Received)).error(), JournalError::Flash);
}

TEST_F(JournalTest, ThousandCommandsCostThirtyTwoErases) {
  flash = CutFlash(4096);
  Journal journal = mounted();
  const int before = flash.erases();
  for (protocol::CommandId id = 1; id <= 1000; ++id) {
    for (const EntryState state : {EntryState::Received, EntryState::Actuating, EntryState::Finished}) {
      ASSERT_TRUE(journal.store(entryOf(id, state)));
    }
  }
  EXPECT_LE(flash.erases() - before, 32);
}

// What the journal promised, command by command: the furthest state whose store() returned ok, and the one in the air.
struct Promise {
  protocol::CommandId id = 0;
  std::optional<EntryState> stored;
  std::optional<EntryState> in_flight;
};

// What is done with one id: most are carried out, every fourth is a tombstone, which is finished from the start.
std::vector<EntryState> statesOf(protocol::CommandId id) {
  if (id % 4 == 0) return {EntryState::Finished};
  return {EntryState::Received, EntryState::Actuating, EntryState::Finished};
}

// Runs commands until the power fails. held: is never finished and must never be forgotten; 0: none.
std::vector<Promise> runUntilCut(Journal& journal, protocol::CommandId first, protocol::CommandId last,
                                 protocol::CommandId held = 0) {
  std::vector<Promise> promises;
  for (protocol::CommandId id = first; id <= last; ++id) {
    promises.push_back({id, std::nullopt, std::nullopt});
    const auto states = id == held  ? std::vector{EntryState::Received, EntryState::Actuating}
                        : held != 0 ? std::vector{EntryState::Finished}
                                    : statesOf(id);
    for (const EntryState state : states) {
      promises.back().in_flight = state;
      if (!journal.store(entryOf(id, state))) return promises;
      promises.back().stored = state;
      promises.back().in_flight.reset();
    }
  }
  return promises;
}

// P1: after a power cut at any byte every stored state is still known, nothing that was never stored appears, and only
// what was finished is forgotten.
void checkPromises(const Journal& journal, const std::vector<Promise>& promises) {
  for (const Promise& promise : promises) {
    const JournalEntry* found = journal.find(promise.id);
    if (found == nullptr) {
      const bool finished = promise.stored == EntryState::Finished || promise.in_flight == EntryState::Finished;
      ASSERT_TRUE(!promise.stored || (finished && promise.id <= journal.floor())) << "command " << promise.id;
      continue;
    }
    ASSERT_TRUE(found->state == promise.stored || found->state == promise.in_flight) << "command " << promise.id;
    ASSERT_EQ(found->fingerprint, promise.id * 7);
    ASSERT_EQ(found->isTombstone(), promise.id % 4 == 0);
  }
}

struct JournalCut : JournalTest {
  // Cuts the power at every byte of a run of these commands, and lets another run follow.
  void cutEverywhere(protocol::CommandId last, protocol::CommandId held) {
    std::size_t cuts = 0;
    for (bool completed = false; !completed; ++cuts) {
      flash = CutFlash(kSmallSector);
      const std::uint32_t epoch = mounted().epoch();
      Journal journal = mounted();
      flash.cutAfter(cuts);
      const std::vector<Promise> before = runUntilCut(journal, 1, last, held);
      completed = !flash.cut();
      flash.powerUp();
      Journal after = mounted();
      ASSERT_EQ(after.epoch(), epoch) << "cut after " << cuts;
      checkPromises(after, before);
      const std::vector<Promise> later = runUntilCut(after, last + 1, last + 16, held);
      const Journal finally = mounted();
      checkPromises(finally, before);
      checkPromises(finally, later);
      ASSERT_FALSE(HasFatalFailure()) << "cut after " << cuts;
      ASSERT_EQ(finally.maxId(), last + 16);
      ASSERT_EQ(finally.floor(), after.floor());
    }
    EXPECT_GT(cuts, last * kRecordBytes);
  }
};

// 15 slots a sector: every cut point of several compactions in both directions is met, while floors rise.
TEST_F(JournalCut, AtEveryByteLosesNothingThatWasStoredP1) { cutEverywhere(20, 0); }

TEST_F(JournalCut, AtEveryByteKeepsACommandThatIsNotFinishedP1) { cutEverywhere(40, 3); }

TEST_F(JournalTest, PowerCutWhileTheJournalIsMadeLeavesAUsableFlash) {
  for (std::size_t bytes = 0; bytes <= kSmallSector + kRecordBytes; ++bytes) {
    flash = CutFlash(kSmallSector);
    flash.cutAfter(bytes);
    Journal journal(flash, entropy, log);
    static_cast<void>(journal.open());
    flash.powerUp();
    Journal again = mounted();
    ASSERT_TRUE(again.store(entryOf(1, EntryState::Received)));
    ASSERT_NE(mounted().find(1), nullptr);
  }
}

}  // namespace
}  // namespace smartkar::device
