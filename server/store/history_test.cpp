#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/store/every_store.hpp"
#include "server/store/history.hpp"
#include "server/store/test_records.hpp"

namespace smartkar::server {
namespace {

using ::testing::ElementsAre;
using testing::eventOf;
using testing::kCcid;
using testing::storeAll;

class StoredHistory : public testing::EveryStore {
 protected:
  std::vector<HistoryBucket> history(const std::string& path, std::chrono::seconds resolution = kHour) {
    return *store().history({kCcid, path, unixTime(0), unixTime(kDay * 1000), resolution});
  }
  std::size_t sampleCount() { return store().samples(kCcid, {}, unixTime(kDay * 1000), 1'000'000)->size(); }
  // All steps. Returns how many there were.
  int prune(const Retention& retention) {
    int steps = 1;
    for (auto more = store().prune(retention); *more; more = store().prune(retention)) ++steps;
    return steps;
  }

  static constexpr std::chrono::seconds kHour{3600};
  static constexpr std::int64_t kDay = 86'400;
};

SK_EVERY_STORE(StoredHistory);

AddSample sample(std::int64_t at, const std::string& fields_json) {
  return AddSample{{kCcid, unixTime(at), fields_json}};
}

TEST_P(StoredHistory, HistoryOfANumberHasItsExtremesItsMeanAndTheLatest) {
  storeAll(store(), {sample(3600, R"({"vehicle.battery.soc":80,"device.uptime":5})"),
                     sample(3700, R"({"vehicle.battery.soc":60.5})"), sample(3800, R"({"vehicle.battery.soc":null})"),
                     sample(3900, R"({"vehicle.battery.soc":70})"), sample(7200, R"({"vehicle.battery.soc":50})"),
                     sample(10800, R"({"vehicle.battery.soc":40})")});
  const auto buckets = store().history({kCcid, "vehicle.battery.soc", unixTime(3600), unixTime(10800)});
  ASSERT_TRUE(buckets.ok());
  EXPECT_THAT(*buckets, ::testing::ElementsAre(
                            HistoryBucket{unixTime(3600), 3, 60.5, 80, 70.166666666666671, "70", unixTime(3900)},
                            HistoryBucket{unixTime(7200), 1, 50, 50, 50, "50", unixTime(7200)}));
}

TEST_P(StoredHistory, HistoryOfATextHasTheLatest) {
  storeAll(store(), {sample(60, R"({"device.wakeCause":"a \"quoted\", text","device.charging":true})"),
                     sample(61, R"({"device.wakeCause":"timer","device.charging":false})")});
  const auto second = std::chrono::seconds{1};
  EXPECT_THAT(
      *store().history({kCcid, "device.wakeCause", unixTime(0), unixTime(100), second}),
      ::testing::ElementsAre(HistoryBucket{unixTime(60), 1, {}, {}, {}, R"("a \"quoted\", text")", unixTime(60)},
                             HistoryBucket{unixTime(61), 1, {}, {}, {}, R"("timer")", unixTime(61)}));
  EXPECT_THAT(*store().history({kCcid, "device.charging", unixTime(0), unixTime(100)}),
              ::testing::ElementsAre(HistoryBucket{unixTime(0), 2, 0, 1, 0.5, "false", unixTime(61)}));
}

TEST_P(StoredHistory, SamplesAreReadInPagesByTime) {
  storeAll(store(),
           {sample(20, R"({"a":2})"), sample(10, R"({"a":1})"), sample(20, R"({"a":3})"), sample(30, R"({"a":4})")});
  std::vector<std::string> seen;
  SampleCursor cursor;
  for (auto page = *store().samples(kCcid, cursor, unixTime(30), 2); !page.empty();
       page = *store().samples(kCcid, cursor, unixTime(30), 2)) {
    for (const StoredSample& one : page) seen.push_back(one.sample.fields_json);
    cursor = {page.back().sample.at, page.back().number};
  }
  EXPECT_THAT(seen, ::testing::ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":3})"));
}

constexpr const char* kSoc = "vehicle.battery.soc";

AddSample socSample(std::int64_t at, const std::string& soc, const std::string& ccid = kCcid) {
  return AddSample{{ccid, unixTime(at), "{\"vehicle.battery.soc\":" + soc + '}'}};
}

// What a car has reported ever is among its state, too.
PutState socKnown(const std::string& ccid = kCcid) { return {ccid, {{kSoc, {"55", 1, 1, unixTime(0)}}}}; }

TEST_P(StoredHistory, OldSamplesAreSummedUpByTheHourAndSayTheSame) {
  storeAll(store(), {sample(3600, R"({"vehicle.battery.soc":80,"device.wakeCause":"a \"b\", c"})"),
                     sample(3700, R"({"vehicle.battery.soc":60.5,"device.wakeCause":null,"device.charging":true})"),
                     socSample(7199, "70"), socSample(7200, "50"), socSample(7300, "40")});
  const auto soc = history(kSoc);
  const auto cause = history("device.wakeCause");
  const auto charging = history("device.charging");
  prune({.samples_before = unixTime(10800)});
  EXPECT_EQ(sampleCount(), 0u);
  EXPECT_EQ(history(kSoc), soc);
  EXPECT_EQ(history("device.wakeCause"), cause);
  EXPECT_EQ(history("device.charging"), charging);
}

TEST_P(StoredHistory, SampleExactlyAtTheBoundaryIsKept) {
  storeAll(store(), {socSample(7199, "70"), socSample(7200, "50")});
  prune({.samples_before = unixTime(7200)});
  EXPECT_EQ(sampleCount(), 1u);
  EXPECT_THAT(history(kSoc), ElementsAre(HistoryBucket{unixTime(3600), 1, 70, 70, 70, "70", unixTime(7199)},
                                         HistoryBucket{unixTime(7200), 1, 50, 50, 50, "50", unixTime(7200)}));
}

TEST_P(StoredHistory, LateSampleIsAddedToItsHourWithoutBecomingItsLatest) {
  storeAll(store(), {socSample(3600, "80"), socSample(7000, "60")});
  prune({.samples_before = unixTime(7200)});
  storeAll(store(), {socSample(5000, "40"), socSample(3700, "100")});
  const HistoryBucket whole{unixTime(3600), 4, 40, 100, 70, "60", unixTime(7000)};
  EXPECT_THAT(history(kSoc), ElementsAre(whole)) << "before they are summed up";
  prune({.samples_before = unixTime(10800)});
  EXPECT_THAT(history(kSoc), ElementsAre(whole)) << "and afterwards";
  storeAll(store(), {socSample(7100, "65")});
  prune({.samples_before = unixTime(14400)});
  EXPECT_THAT(history(kSoc), ElementsAre(HistoryBucket{unixTime(3600), 5, 40, 100, 69, "65", unixTime(7100)}));
}

TEST_P(StoredHistory, ManySamplesOfManyCarsAreSummedUpInManySteps) {
  constexpr int kCars = 150;
  constexpr int kSamples = 20;
  std::vector<Mutation> mutations;
  const auto ccid = [](int car) { return "8949" + std::to_string(100'000'000'000'000 + car); };
  for (int car = 0; car < kCars; ++car) {
    for (int i = 0; i < kSamples; ++i) mutations.emplace_back(socSample(i * 600, std::to_string(i), ccid(car)));
  }
  for (int i = 0; i < 1000; ++i) mutations.emplace_back(socSample(i, std::to_string(i % 100), ccid(0)));
  storeAll(store(), mutations);
  EXPECT_GT(prune({.samples_before = unixTime(7200)}), (kCars * 12 + 1000) / 200);
  for (int car = 0; car < kCars; ++car) {
    const auto buckets = *store().history({ccid(car), kSoc, unixTime(0), unixTime(kDay), kHour});
    ASSERT_EQ(buckets.size(), 4u);
    EXPECT_EQ(buckets[0].count, car == 0 ? 1006u : 6u);
    EXPECT_EQ(buckets[1].count, 6u);
    EXPECT_EQ(store().samples(ccid(car), {}, unixTime(kDay), 100)->size(), 8u);
  }
  EXPECT_EQ(prune({.samples_before = unixTime(7200)}), 1) << "nothing is due before time has moved on";
}

TEST_P(StoredHistory, OldHoursAreForgotten) {
  const std::string other = "8988303000000614228";
  std::vector<Mutation> mutations{socKnown(), socKnown(other)};
  for (std::int64_t day = 0; day < 10; ++day) {
    mutations.emplace_back(socSample(day * kDay, "50"));
    mutations.emplace_back(socSample(day * kDay, "50", other));
  }
  storeAll(store(), mutations);
  prune({.samples_before = unixTime(10 * kDay), .rollups_before = unixTime(8 * kDay)});
  const auto left = history(kSoc);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].start, unixTime(8 * kDay));
  EXPECT_EQ(store().history({other, kSoc, unixTime(0), unixTime(10 * kDay), kHour})->size(), 2u);
}

TEST_P(StoredHistory, OldEventsAreForgotten) {
  std::vector<Mutation> mutations;
  for (std::uint32_t seq = 0; seq < 1200; ++seq) {
    EventRecord event = eventOf(1, seq);
    event.received_at = unixTime(seq);
    mutations.emplace_back(AddEvent{event});
  }
  storeAll(store(), mutations);
  prune({.events_before = unixTime(1100)});
  const auto left = *store().events(kCcid, 1000);
  ASSERT_EQ(left.size(), 100u);
  EXPECT_EQ(left.back().event.received_at, unixTime(1100));
}

TEST_P(StoredHistory, OldPresenceIsForgotten) {
  for (const int at : {10, 20, 30})
    storeAll(store(), {AddPresence{{kCcid, unixTime(at), Presence::Awake, {}, {}, "", true}}});
  prune({.events_before = unixTime(20)});
  EXPECT_EQ(store().presence(kCcid, 10)->size(), 2u);
}

TEST_P(StoredHistory, NothingIsForgottenUnlessItIsAskedFor) {
  storeAll(store(), {socSample(0, "50"), AddEvent{eventOf(1, 1)}});
  EXPECT_EQ(prune({}), 1);
  EXPECT_EQ(sampleCount(), 1u);
  EXPECT_EQ(store().events(kCcid, 10)->size(), 1u);
}

// All pages of a car, row by row: "at field value", with "h" before the time of an hour.
std::vector<std::string> rowsOf(Store& store, std::int64_t from, std::int64_t to, std::size_t* pages = nullptr) {
  std::vector<std::string> rows;
  for (UnixTime at = unixTime(from); at < unixTime(to);) {
    const auto page = store.historyPage(kCcid, at, unixTime(to));
    EXPECT_GT(page->next, at);
    if (pages != nullptr) ++*pages;
    for (const HistoryRow& row : page->rows) {
      const std::string time = (row.hour ? "h" : "") + std::to_string(unixSeconds(row.bucket.start));
      rows.push_back(time + ' ' + row.path + ' ' + row.bucket.last_json);
    }
    at = page->next;
  }
  return rows;
}

TEST_P(StoredHistory, PagesHaveHoursAndValuesByTime) {
  const PutState known{kCcid, {{kSoc, {"1", 1, 1, unixTime(0)}}, {"device.charging", {"1", 1, 1, unixTime(0)}}}};
  storeAll(store(), {known, sample(3600, R"({"vehicle.battery.soc":80,"device.charging":true})"), socSample(3700, "70"),
                     socSample(100 * kDay, "60")});
  prune({.samples_before = unixTime(7200)});
  storeAll(store(), {socSample(3800, "75"), sample(100 * kDay + 1, R"({"device.charging":null})")});
  std::size_t pages = 0;
  EXPECT_THAT(rowsOf(store(), 0, 101 * kDay, &pages),
              ElementsAre("h3600 device.charging true", "h3600 vehicle.battery.soc 70", "3800 vehicle.battery.soc 75",
                          "8640000 vehicle.battery.soc 60", "8640001 device.charging null"));
  EXPECT_EQ(pages, 2u) << "empty time takes no pages";
  EXPECT_THAT(rowsOf(store(), 3601, 100 * kDay + 1),
              ElementsAre("3800 vehicle.battery.soc 75", "8640000 vehicle.battery.soc 60"));
}

TEST_P(StoredHistory, PagesHaveEverythingOnceAlsoIfHoursAreSummedUpInBetween) {
  std::vector<Mutation> mutations{socKnown()};
  for (int i = 0; i < 1000; ++i) mutations.emplace_back(socSample(i * 60, std::to_string(i % 100)));
  for (int i = 0; i < 500; ++i) mutations.emplace_back(socSample(60'000, std::to_string(i % 100)));
  storeAll(store(), mutations);
  std::uint32_t values = 0;
  int pages = 0;
  for (UnixTime at = unixTime(0); at < unixTime(kDay); ++pages) {
    const auto page = *store().historyPage(kCcid, at, unixTime(kDay));
    for (const HistoryRow& row : page.rows) values += row.bucket.count;
    if (pages == 1) prune({.samples_before = unixTime(50'400)});
    at = page.next;
  }
  EXPECT_EQ(values, 1500u);
  EXPECT_GT(pages, 4);
}

TEST(HistoryText, EveryMemberIsFound) {
  std::vector<std::string> found;
  forEachValue(R"({"a.b":1,"c":"x\",\"y\":2}","d":null,"e":-1.5})", [&](std::string_view path, std::string_view json) {
    found.push_back(std::string(path) + '=' + std::string(json));
  });
  EXPECT_THAT(found, ElementsAre("a.b=1", R"(c="x\",\"y\":2}")", "d=null", "e=-1.5"));
  forEachValue("{}", [&](std::string_view, std::string_view) { FAIL(); });
}

}  // namespace
}  // namespace smartkar::server
