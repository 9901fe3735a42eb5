#include <gtest/gtest.h>

#include <set>
#include <string>

#include "device/app/testing/car_bench.hpp"
#include "protocol/state.hpp"

namespace smartkar::device {
namespace {

using protocol::Channel;
using protocol::Field;

struct Telemetry : testing::Test {
  CarBench bench;

  std::vector<protocol::StateMessage> states() const {
    std::vector<protocol::StateMessage> result;
    for (const auto& message : bench.link.published) {
      if (message.channel != Channel::State) continue;
      protocol::JsonDocument document;
      const auto decoded = protocol::decodeState(message.payload, document);
      EXPECT_TRUE(decoded.ok() && decoded->rejected_count == 0) << message.payload;
      EXPECT_LE(message.payload.size(), protocol::kDevicePayloadBytesMax);
      result.push_back(decoded->state);
    }
    return result;
  }
  std::set<Field> fields() const {
    std::set<Field> result;
    for (const auto& state : states()) {
      for (const auto& value : state.values) result.insert(value.field);
    }
    return result;
  }
  std::vector<std::string> events() const {
    std::vector<std::string> result;
    for (const auto& message : bench.link.published) {
      if (message.channel != Channel::Event) continue;
      protocol::JsonDocument document;
      result.emplace_back(protocol::decodeEvent(message.payload, document)->name.view());
    }
    return result;
  }
  // The link ends when the n-th state message is handed over.
  void breakAtState(std::size_t n) {
    bench.link.on_publish = [this, n, answer = bench.link.on_publish](const Published& message) {
      if (message.channel == Channel::State && bench.count(Channel::State) == n) bench.link.breakLink();
      answer(message);
    };
  }
};

TEST_F(Telemetry, Defect21FullStateIsSplitAndEveryMessageIsNumbered) {
  bench.vehicle.stir(bench.now);
  bench.inContact();
  bench.runFor(2s);
  const auto all = states();
  ASSERT_GE(all.size(), 2u);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(*all[i].seq, *all[i - 1].seq + 1);
  EXPECT_EQ(fields().size(), protocol::kFieldCount - 1);  // the device uses no heap
}

TEST_F(Telemetry, FieldStrengthIsAskedForWithTheReportAndTheSimOnlyOnce) {
  bench.link.signal_dbm = -83;
  bench.link.sim_number = "8944500000000000001";
  bench.inContact();
  for (int look = 0; look < 20; ++look) {
    bench.vehicle.stir(bench.now);
    bench.runFor(30s);
    if (look == 10) bench.link.signal_dbm = -95;
  }
  std::vector<double> signals;
  for (const auto& state : states()) {
    for (const auto& value : state.values) {
      if (value.field == Field::NetworkSignalStrength) signals.push_back(value.value.asNumber());
    }
  }
  ASSERT_GE(signals.size(), 2u);
  EXPECT_EQ(signals.front(), -83);
  EXPECT_EQ(signals.back(), -95);
  EXPECT_TRUE(fields().contains(Field::NetworkSimCcid));
  EXPECT_EQ(bench.link.sim_questions, 1);
}

TEST_F(Telemetry, WhatWasNotPublishedStaysDueForTheNextContact) {
  bench.vehicle.stir(bench.now);
  breakAtState(2);
  bench.inContact();
  bench.runUntil([&] { return bench.link.opens == 2; }, 30s);
  bench.runFor(2s);
  const auto all = states();
  ASSERT_GE(all.size(), 3u);
  EXPECT_EQ(all[2].values.size(), all[1].values.size());
  EXPECT_EQ(all[2].values[0].field, all[1].values[0].field);
}

TEST_F(Telemetry, Defect23FailedPublishIsTriedAgainOnlyInANewContact) {
  bench.link.on_publish = [&, answer = bench.link.on_publish](const Published& message) {
    if (message.channel == Channel::State) bench.link.breakLink();
    answer(message);
  };
  bench.inContact();
  bench.runFor(60s);
  EXPECT_EQ(bench.count(Channel::State), bench.count(Channel::Status));
  EXPECT_LE(bench.link.opens, 60s / (bench.settings.retry_min / 2));
}

TEST_F(Telemetry, NothingHappenedAtTheFirstLookAfterAColdStart) {
  bench.vehicle.setPlugged(false, false, bench.now);
  bench.inContact();
  bench.runFor(30s);
  EXPECT_EQ(bench.count(Channel::Event), 0u);
}

TEST_F(Telemetry, Defect25EventsOfAnOutageAreKeptUntilTheyAreSent) {
  bench.inContact();
  bench.link.breakLink();
  bench.link.reachable = false;
  bench.runFor(1s);
  bench.vehicle.setDoor(EGolfModel::Door::RearRight, true, bench.now);
  bench.vehicle.setTrunk(true, bench.now);
  bench.runFor(20s);
  EXPECT_EQ(bench.count(Channel::Event), 0u);
  bench.link.reachable = true;
  bench.runFor(60s);
  EXPECT_EQ(events(), (std::vector<std::string>{"doorOpened", "trunkOpened"}));
}

TEST_F(Telemetry, Defect26ChangesDuringADeepSleepAreEvents) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.vehicle.setLocked(false, bench.now);
  bench.vehicle.setDoor(EGolfModel::Door::Driver, true, bench.now);
  bench.begin(WakeCause::CanActivity);
  bench.runFor(10s);
  EXPECT_EQ(events(), (std::vector<std::string>{"unlocked", "doorOpened"}));
}

TEST_F(Telemetry, Defect27EventsHaveATopicOfTheirOwn) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runUntil([&] { return bench.finished(5); }, 60s);
  bench.runFor(2s);
  EXPECT_EQ(events(), std::vector<std::string>{"chargingStarted"});
  for (const auto& message : bench.link.published) {
    const bool tells = message.payload.find("chargingStarted") != std::string::npos;
    EXPECT_EQ(tells, message.channel == Channel::Event);
  }
}

TEST_F(Telemetry, ChargingToItsTargetIsToldLevelByLevel) {
  bench.vehicle.settings().speed = 60;
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runFor(10min);
  EXPECT_EQ(events(),
            (std::vector<std::string>{"chargingStarted", "chargingStopped", "socThreshold", "chargingComplete"}));
}

}  // namespace
}  // namespace smartkar::device
