#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <tuple>

#include "mqtt/interop_client_test.hpp"

namespace smartkar::test {
class Mosquitto;
struct MosquittoOptions;
}  // namespace smartkar::test

// What the tests against a real Mosquitto share.
namespace smartkar::mqtt {

// A broker of its own for each test, in plain TCP or TLS.
class Interop : public testing::TestWithParam<std::tuple<Version, bool>> {
 protected:
  Interop();
  ~Interop() override;
  void SetUp() override;

  bool v5() const { return std::get<0>(GetParam()) == Version::V5; }
  bool tls() const { return std::get<1>(GetParam()); }

  // Instead of the broker that there is.
  void startBroker(test::MosquittoOptions options);
  InteropClient client(SessionConfig config = {}, InteropClient::Sizes sizes = {});
  InteropClient connected(const char* id, InteropClient::Sizes sizes = {});
  static ConnectOptions persistent(const char* id);

  std::unique_ptr<test::Mosquitto> broker;
};

std::string caseName(const testing::TestParamInfo<std::tuple<Version, bool>>& info);
inline auto everyCase() { return testing::Combine(testing::Values(Version::V311, Version::V5), testing::Bool()); }
inline auto casesOfV5() { return testing::Combine(testing::Values(Version::V5), testing::Bool()); }

}  // namespace smartkar::mqtt
