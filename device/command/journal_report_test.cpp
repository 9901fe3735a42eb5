#include "device/command/journal_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::ElementsAre;
using testing::IsEmpty;

struct Report : testing::Test {
  RouterBench bench;
  std::uint32_t seq = 0;  // the latest the server has stored
  std::uint32_t dropped = 0;

  void bury(protocol::CommandId first, protocol::CommandId last) {
    for (protocol::CommandId id = first; id <= last; ++id) bench.cancel(id);
    takeAll();
    bench.ask({.ack = seq});
    dropped = bench.outbox->dropped();
  }
  std::vector<protocol::CommandId> takeAll() {
    std::vector<protocol::CommandId> ids;
    while (const auto response = bench.nextResponse()) {
      ids.push_back(response->id);
      seq = *response->seq;
    }
    return ids;
  }
};

TEST_F(Report, TellsEveryCommandWithItsAction) {
  bench.cancel(3);
  bench.send(4, "vehicle.stopCharging");
  bench.vehicleObeys();
  bench.send(7, "vehicle.startClimate");
  takeAll();
  bench.ask({.want_journal = true, .ack = seq});
  const auto buried = bench.nextResponse();
  ASSERT_TRUE(buried);
  EXPECT_EQ(buried->id, 3u);
  EXPECT_EQ(buried->status, ResponseStatus::Cancelled);
  EXPECT_EQ(buried->action, "system.cancel");
  const auto done = bench.nextResponse();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, ResponseStatus::Completed);
  EXPECT_EQ(done->action, "vehicle.stopCharging");
  const auto under_way = bench.nextResponse();
  ASSERT_TRUE(under_way);
  EXPECT_EQ(under_way->status, ResponseStatus::InProgress);
  EXPECT_EQ(under_way->stage, protocol::Stage::WaitingForWake);
  EXPECT_EQ(under_way->action, "vehicle.startClimate");
  EXPECT_FALSE(bench.nextResponse());
}

TEST_F(Report, ComesAFewAtATimeByRisingIdAsTheServerAcknowledges) {
  bury(1, kJournalEntriesMax);
  std::vector<protocol::CommandId> told;
  bench.ask({.want_journal = true, .ack = seq});
  int rounds = 0;
  while (bench.router->reporting(bench.now)) {
    const auto some = takeAll();
    EXPECT_LE(some.size(), kOutboxItemsMax - kReportLeaves);
    told.insert(told.end(), some.begin(), some.end());
    // The server goes on wanting it until it has seen the highest id.
    bench.ask({.want_journal = told.back() < kJournalEntriesMax, .ack = seq});
    ASSERT_LT(++rounds, 20);
  }
  ASSERT_EQ(told.size(), kJournalEntriesMax);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(bench.outbox->dropped(), dropped);
}

TEST_F(Report, LeavesRoomForEverythingElse) {
  bury(1, kJournalEntriesMax);
  bench.ask({.want_journal = true, .ack = seq});
  bench.advance(1s);
  EXPECT_EQ(bench.outbox->room(), kReportLeaves);
  bench.send(100, "vehicle.stopCharging");
  bench.vehicleObeys();
  EXPECT_EQ(bench.outbox->dropped(), dropped);
}

TEST_F(Report, EndsWithItsContact) {
  bury(1, kJournalEntriesMax);
  bench.ask({.want_journal = true, .ack = seq});
  takeAll();
  bench.sync(4712);
  EXPECT_FALSE(bench.router->reporting(bench.now));
  bench.ask({.ack = seq});
  EXPECT_THAT(takeAll(), IsEmpty());
  bench.ask({.want_journal = true, .ack = seq});
  EXPECT_EQ(takeAll().front(), 1u);
}

TEST_F(Report, IsGivenUpIfNothingIsAcknowledgedP8) {
  bury(1, kJournalEntriesMax);
  bench.ask({.want_journal = true, .ack = seq});
  EXPECT_TRUE(bench.router->reporting(bench.now));
  bench.advance(kReportPatience);
  EXPECT_FALSE(bench.router->reporting(bench.now));
}

TEST_F(Report, OfAnEmptyJournalIsOverAtOnce) {
  bench.ask({.want_journal = true});
  EXPECT_FALSE(bench.router->reporting(bench.now));
  EXPECT_THAT(takeAll(), IsEmpty());
}

}  // namespace
}  // namespace smartkar::device
