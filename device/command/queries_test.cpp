#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/testing/router_bench.hpp"
#include "protocol/state.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::HasSubstr;

struct Queries : testing::Test {
  RouterBench bench;

  // The results of all parts, one after the other.
  std::string ask(std::string_view action) {
    bench.send(next_id_++, action);
    std::string results;
    while (const auto response = bench.nextResponse()) {
      EXPECT_EQ(response->status, ResponseStatus::Completed);
      results += response->result;
      parts = response->part.count;
    }
    return results;
  }
  std::uint32_t parts = 0;

 private:
  protocol::CommandId next_id_ = 1;
};

TEST_F(Queries, StateOfAVehicleThatSaidNothingIsUnknownThroughout) {
  const std::string state = ask("vehicle.getState");
  EXPECT_THAT(state, HasSubstr(R"("battery":{"ageMs":null,"soc":null,"socSource":null,"charging":null)"));
  EXPECT_THAT(state, HasSubstr(R"("doors":{"driverOpen":null)"));
  EXPECT_THAT(state, HasSubstr(R"("vehicleAwake":null)"));
  EXPECT_GE(parts, 2u);
}

TEST_F(Queries, StateNamesEveryFieldOfTheVehicle) {
  const std::string state = ask("vehicle.getState");
  for (const auto& spec : protocol::allFields()) {
    if (!spec.domain.starts_with("vehicle")) continue;
    EXPECT_THAT(state, HasSubstr("\"" + std::string(spec.name) + "\":")) << spec.domain;
  }
}

TEST_F(Queries, Defect44StateTellsHowOldItIs) {
  bench.vehicle.state.soc = 55;
  bench.vehicle.state.battery_age = 90s;
  EXPECT_THAT(ask("vehicle.getState"), HasSubstr(R"("battery":{"ageMs":90000,"soc":55,)"));
}

TEST_F(Queries, RequestStateAsksButWakesNobody) {
  EXPECT_EQ(ask("vehicle.requestState"), R"({"plugRequested":false,"chargeRequested":false,"climateRequested":false})");
  bench.vehicle.is_awake = true;
  EXPECT_EQ(ask("vehicle.requestState"), R"({"plugRequested":true,"chargeRequested":true,"climateRequested":true})");
  EXPECT_TRUE(bench.vehicle.calls.empty());
}

TEST_F(Queries, CapabilitiesAreAllActionsByDomain) {
  const std::string known = ask("capabilities");
  EXPECT_THAT(known, HasSubstr(R"("vehicle":["getState","requestState","startCharging","stopCharging","startClimate",)"
                               R"("stopClimate"])"));
  EXPECT_THAT(known, HasSubstr(R"("profiles":["get","getProfile","updateProfile","setEnabled","refresh"])"));
  EXPECT_THAT(known, HasSubstr(R"("telemetry":["device","network","vehicle"])"));
  EXPECT_THAT(known, testing::Not(HasSubstr("sync")));
}

TEST_F(Queries, BuiltInsOfOldAnswerAsTheyDid) {
  bench.now += 5s;
  EXPECT_EQ(ask("ping"), R"({"pong":true,"time":5000})");
  EXPECT_EQ(ask("status"), R"({"uptime":5000})");
  EXPECT_EQ(ask("system.wakeup"), R"({"message":"awake","awake":true,"uptime":5000})");
  EXPECT_EQ(ask("system.info"), R"({"firmware":"test","uptime":5000})");
  EXPECT_EQ(ask("telemetry"), "");
  EXPECT_EQ(ask("system.telemetry"), "");
  EXPECT_EQ(bench.telemetry, 2);
}

}  // namespace
}  // namespace smartkar::device
