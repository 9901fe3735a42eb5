#include "device/telemetry/profile_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/testing/with_mac.hpp"

namespace smartkar::device {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ProfileEvents : testing::Test, EventSink {
  ProfileMemory memory;
  ProfileBook book;
  std::vector<std::string> events;

  void onEvent(const protocol::Event& event) override {
    char text[256];
    events.emplace_back(*protocol::encodeEvent(event, text));
  }
  void tell(const ChargingProfile& profile, Timers timers) {
    for (auto& slot : book.slots) slot = HeardProfile{profile, {}};
    book.timers = timers;
  }
  std::vector<std::string> look() {
    events.clear();
    detectProfileEvents(memory, book, *this);
    return events;
  }
};

TEST_F(ProfileEvents, WhatIsToldForTheFirstTimeIsNoChange) {
  EXPECT_THAT(look(), IsEmpty());
  tell({}, Timers{0b0010});
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(ProfileEvents, ChangedTimerIsToldOnce) {
  tell({}, {});
  look();
  book.slots[2]->profile.name = "Work";
  EXPECT_THAT(look(), ElementsAre(protocol::withMac(R"({"domain":"profiles","name":"profileUpdated","index":2})")));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(ProfileEvents, ProfileOfStartCommandsIsNoTimer) {
  tell({}, {});
  look();
  book.slots[0]->profile.target_soc = 50;
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(ProfileEvents, TimersThatWereSwitchedAreTold) {
  tell({}, Timers{0b0010});
  look();
  book.timers = Timers{0b1000};
  EXPECT_THAT(
      look(),
      ElementsAre(protocol::withMac(R"({"domain":"profiles","name":"timerStateChanged","index":1,"enabled":false})"),
                  protocol::withMac(R"({"domain":"profiles","name":"timerStateChanged","index":3,"enabled":true})")));
}

// The book is empty after a deep sleep until the car was asked again.
TEST_F(ProfileEvents, WhatChangedWhileNobodyListenedIsToldAfterwards) {
  tell({}, Timers{0b0010});
  look();
  book = {};
  EXPECT_THAT(look(), IsEmpty());
  ChargingProfile changed;
  changed.max_current_a = 6;
  tell(changed, Timers{0b0010});
  EXPECT_EQ(look().size(), 3u);
}

}  // namespace
}  // namespace smartkar::device
