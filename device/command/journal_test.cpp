#include "device/command/journal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "device/command/testing/counting_entropy.hpp"
#include "device/command/testing/cut_flash.hpp"

namespace smartkar::device {
namespace {

constexpr std::size_t kSmallSector = 16 * kRecordBytes;

JournalEntry entryOf(protocol::CommandId id, EntryState state) {
  JournalEntry entry;
  entry.id = id;
  entry.fingerprint = id * 7;
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

// What the journal promised, command by command: the furthest state whose store() returned ok, and the one in the air.
struct Promise {
  protocol::CommandId id = 0;
  std::optional<EntryState> stored;
  std::optional<EntryState> in_flight;
};

// Runs commands until the power fails.
std::vector<Promise> runUntilCut(Journal& journal, protocol::CommandId first, protocol::CommandId last) {
  std::vector<Promise> promises;
  for (protocol::CommandId id = first; id <= last; ++id) {
    promises.push_back({id, std::nullopt, std::nullopt});
    for (const EntryState state : {EntryState::Received, EntryState::Actuating, EntryState::Finished}) {
      promises.back().in_flight = state;
      if (!journal.store(entryOf(id, state))) return promises;
      promises.back().stored = state;
      promises.back().in_flight.reset();
    }
  }
  return promises;
}

// P1: after a power cut at any byte every stored state is still known, and nothing that was never stored appears.
void checkPromises(const Journal& journal, const std::vector<Promise>& promises) {
  for (const Promise& promise : promises) {
    const JournalEntry* found = journal.find(promise.id);
    if (found == nullptr) {
      ASSERT_TRUE(!promise.stored || promise.id <= journal.floor()) << "command " << promise.id << " is forgotten";
      continue;
    }
    ASSERT_TRUE(found->state == promise.stored || found->state == promise.in_flight) << "command " << promise.id;
    ASSERT_EQ(found->fingerprint, promise.id * 7);
  }
}

TEST_F(JournalTest, PowerCutAtEveryByteLosesNothingThatWasStored) {
  // 48 records and 15 slots a sector: every cut point of several compactions in both directions is met.
  constexpr protocol::CommandId kCommands = 16;
  std::size_t cuts = 0;
  for (std::size_t bytes = 0;; ++bytes) {
    flash = CutFlash(kSmallSector);
    const std::uint32_t epoch = mounted().epoch();
    Journal journal = mounted();
    flash.cutAfter(bytes);
    const std::vector<Promise> promises = runUntilCut(journal, 1, kCommands);
    const bool completed = !flash.cut();
    flash.powerUp();
    const Journal after = mounted();
    ASSERT_EQ(after.epoch(), epoch) << "cut after " << bytes;
    checkPromises(after, promises);
    ASSERT_FALSE(HasFatalFailure()) << "cut after " << bytes;
    ++cuts;
    if (completed) break;
  }
  EXPECT_GT(cuts, 16 * 3 * kRecordBytes);
}

TEST_F(JournalTest, JournalGoesOnAfterAPowerCutAtEveryByte) {
  for (std::size_t bytes = 0; bytes < 1600; ++bytes) {
    flash = CutFlash(kSmallSector);
    Journal journal = mounted();
    flash.cutAfter(bytes);
    const std::vector<Promise> before = runUntilCut(journal, 1, 10);
    flash.powerUp();
    Journal again = mounted();
    const std::vector<Promise> later = runUntilCut(again, 11, 26);
    const Journal finally = mounted();
    checkPromises(finally, before);
    checkPromises(finally, later);
    ASSERT_FALSE(HasFatalFailure()) << "cut after " << bytes;
    ASSERT_EQ(finally.maxId(), 26u);
  }
}

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
