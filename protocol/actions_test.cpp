#include "protocol/actions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace smartkar::protocol {
namespace {

TEST(ActionsTest, TableIsFoundByNameAndByAction) {
  for (const auto& spec : allActions()) {
    EXPECT_EQ(findAction(spec.name), &spec);
    EXPECT_EQ(&actionSpec(spec.action), &spec);
  }
  EXPECT_EQ(findAction("vehicle.fly"), nullptr);
  EXPECT_EQ(findAction(""), nullptr);
}

// Horn, locks and lights stay out of reach while commands are not signed.
TEST(ActionsTest, ThereIsNoOtherActionThanThese) {
  std::vector<std::string_view> names;
  for (const auto& spec : allActions()) names.push_back(spec.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "system.ring", "system.sync", "system.cancel", "ping", "status", "capabilities", "telemetry",
                         "system.wakeup", "system.telemetry", "system.info", "system.reboot", "system.sleep",
                         "system.configure", "system.setLink", "vehicle.getState", "vehicle.requestState",
                         "vehicle.startCharging", "vehicle.stopCharging", "vehicle.startClimate", "vehicle.stopClimate",
                         "profiles.get", "profiles.getProfile", "profiles.updateProfile", "profiles.setEnabled",
                         "profiles.refresh"));
}

TEST(ActionsTest, ChargingProfileIsTheDocumentsNameForProfiles) {
  EXPECT_EQ(findAction("chargingProfile.get"), findAction("profiles.get"));
  EXPECT_EQ(findAction("chargingProfile.setEnabled")->action, Action::SetEnabled);
  EXPECT_EQ(findAction("chargingProfile.reboot"), nullptr);
  EXPECT_EQ(findAction("chargingProfile."), nullptr);
  EXPECT_EQ(findAction("get"), nullptr);
}

TEST(ActionsTest, KindAndTimeToLiveFollowTheAction) {
  EXPECT_EQ(actionSpec(Action::Sync).kind, ActionKind::Link);
  EXPECT_EQ(actionSpec(Action::Ping).kind, ActionKind::Management);
  EXPECT_EQ(actionSpec(Action::GetState).kind, ActionKind::Query);
  EXPECT_EQ(actionSpec(Action::StopClimate).kind, ActionKind::Actuating);
  EXPECT_EQ(actionSpec(Action::StartClimate).default_ttl, 30min);
  EXPECT_EQ(actionSpec(Action::StartCharging).default_ttl, 6h);
  EXPECT_EQ(actionSpec(Action::Reboot).default_ttl, 1h);
}

}  // namespace
}  // namespace smartkar::protocol
