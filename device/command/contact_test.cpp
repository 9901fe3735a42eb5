#include "device/command/contact.hpp"

#include <gtest/gtest.h>

namespace smartkar::device {
namespace {

constexpr UnixTime kNoon = unixTime(1767268800);
constexpr Instant kAnnounced{100s};

struct ContactTest : testing::Test {
  ContactTest() { contact.begin(7, kAnnounced); }
  Contact contact;
};

TEST_F(ContactTest, TimeIsUnknownUntilTheServerTellsItInThisContact) {
  EXPECT_FALSE(contact.time(kAnnounced));
  contact.setTime(kNoon, kAnnounced);
  EXPECT_EQ(contact.time(kAnnounced + 5s), kNoon + 5s);
  contact.begin(8, kAnnounced + 10s);
  EXPECT_FALSE(contact.synced());
}

TEST_F(ContactTest, PromptSyncLeavesTheSecondTheServerCutOffP2) {
  contact.setTime(kNoon, kAnnounced);
  EXPECT_EQ(contact.mayHaveCome(kNoon + 10s), kAnnounced + 9s);
}

TEST_F(ContactTest, DelayedSyncMayHaveBeenSentRightAfterTheAnnouncementP2) {
  contact.setTime(kNoon, kAnnounced + 6s);
  EXPECT_EQ(contact.mayHaveCome(kNoon + 10s), kAnnounced + 9s);
  EXPECT_EQ(contact.time(kAnnounced + 6s), kNoon + 3s);
}

TEST_F(ContactTest, LaterSyncThatWasHeldBackDoesNotMoveTheClockBackP2) {
  contact.setTime(kNoon, kAnnounced);
  contact.setTime(kNoon + 5s, kAnnounced + 60s);
  EXPECT_EQ(contact.mayHaveCome(kNoon + 70s), kAnnounced + 69s);
  EXPECT_EQ(contact.time(kAnnounced + 60s), kNoon + 60s);
}

TEST_F(ContactTest, LaterSyncMovesAClockForwardThatRunsSlowP2) {
  contact.setTime(kNoon, kAnnounced);
  contact.setTime(kNoon + 64s, kAnnounced + 60s);
  EXPECT_EQ(contact.mayHaveCome(kNoon + 70s), kAnnounced + 66s);
  EXPECT_EQ(contact.time(kAnnounced + 60s), kNoon + 64s);
}

}  // namespace
}  // namespace smartkar::device
