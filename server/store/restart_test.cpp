#include <gtest/gtest.h>

#include "server/core/crash_scenarios.hpp"
#include "server/store/sqlite_store.hpp"

namespace smartkar::server {
namespace {

testing::Persistence sqlitePersistence() {
  auto store = std::shared_ptr<SqliteStore>(std::move(*SqliteStore::open(":memory:")));
  const auto apply = [store](std::span<const Mutation> mutations) { EXPECT_TRUE(store->apply(mutations).ok()); };
  const auto load = [store] { return *store->load(UnixTime{}); };
  return {apply, load};
}

class CrashAnywhereWithSqlite : public ::testing::TestWithParam<testing::Scenario> {};

TEST_P(CrashAnywhereWithSqlite, SameOutcomeAndAtMostOneEffect_P1_P3_P7) {
  testing::crashAnywhere(GetParam(), sqlitePersistence);
}

INSTANTIATE_TEST_SUITE_P(All, CrashAnywhereWithSqlite, ::testing::ValuesIn(testing::kCrashScenarios),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace smartkar::server
