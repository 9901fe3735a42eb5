#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "server/store/store.hpp"

namespace smartkar::server::testing {

// Empty ones, of every_store_test.cpp.
std::unique_ptr<Store> openSqlite();
std::unique_ptr<Store> openPostgres();

struct StoreKind {
  const char* name;
  std::unique_ptr<Store> (*open)();
};

inline constexpr StoreKind kStoreKinds[] = {{"Sqlite", openSqlite}, {"Postgres", openPostgres}};

// A test of what every kind of store does.
class EveryStore : public ::testing::TestWithParam<StoreKind> {
 protected:
  Store& store() { return *store_; }

 private:
  std::unique_ptr<Store> store_ = GetParam().open();
};

// Runs the tests of such a suite with every kind.
#define SK_EVERY_STORE(suite)                                                                         \
  INSTANTIATE_TEST_SUITE_P(All, suite, ::testing::ValuesIn(::smartkar::server::testing::kStoreKinds), \
                           [](const auto& tested) { return tested.param.name; })

}  // namespace smartkar::server::testing
