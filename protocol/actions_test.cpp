#include "protocol/actions.hpp"

#include <gtest/gtest.h>

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
