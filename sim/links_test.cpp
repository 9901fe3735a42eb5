// A car with a second broker and a TCP endpoint, all of which lead to one server: whichever the car reaches carries the
// commands, and none is lost or doubled on the way from one to the next.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/tcp_gate.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;
using server::CommandState;

constexpr const char* kBroker = "broker.example";
constexpr const char* kSecond = "two.example";
constexpr const char* kGate = "gate.example";
constexpr std::uint16_t kBrokerPort = 8883;
constexpr std::uint16_t kGatePort = 4590;

// A server behind a door: shut, it refuses whoever knocks.
class Door : public Service {
 public:
  Door(VirtualNetwork& network, Service& service) : network_(network), service_(service) {}
  void shut() {
    open_ = false;
    network_.resetAll();
  }
  void open() { open_ = true; }

  void opened(ConnectionId id) override { open_ ? service_.opened(id) : network_.close(id); }
  void received(ConnectionId id, std::string_view bytes) override {
    if (open_) service_.received(id, bytes);
  }
  void closed(ConnectionId id) override { service_.closed(id); }

 private:
  VirtualNetwork& network_;
  Service& service_;
  bool open_ = true;
};

// Carries what the car says at the second broker to the first, and commands the other way.
class Bridge {
 public:
  Bridge(Broker& first, Broker& second) {
    second.attach(up_, {"smartkar/+/status", "smartkar/+/response", "smartkar/+/state", "smartkar/+/event"});
    first.attach(down_, {"smartkar/+/command"});
    up_.to = &first;
    down_.to = &second;
  }

 private:
  struct Way : LocalClient {
    void onMessage(const BrokerMessage& message) override {
      if (to != nullptr) to->publish(message);
    }
    Broker* to = nullptr;
  };
  Way up_;
  Way down_;
};

SimCarSettings carWithAllLinks() {
  SimCarSettings car = defaultCar();
  car.device.mqtt.second_broker = {kSecond, kBrokerPort};
  car.device.tcp.host = kGate;
  car.device.tcp.port = kGatePort;
  car.device.controller.sleep.idle = 6h;  // it stays awake
  return car;
}

class Links : public testing::TestWithParam<std::uint64_t> {
 protected:
  Links() {
    world.network.serve(kBroker, kBrokerPort, first_door);
    world.network.serve(kSecond, kBrokerPort, second_door);
    world.network.serve(kGate, kGatePort, gate_door);
    world.time.add(second);
  }
  std::string linkInUse() const { return world.server.device(kCcid)->link; }
  bool inContactOver(const std::string& link, Duration span) {
    return world.time.runUntil([&] { return world.car.inContact() && linkInUse() == link; }, span);
  }
  // Orders something, sees it through, and counts the starts so far.
  void startAndStop() {
    for (const char* action : {"vehicle.startCharging", "vehicle.stopCharging"}) {
      const auto id = world.order(action);
      ASSERT_TRUE(world.untilFinal(id, 2min)) << action;
      EXPECT_EQ(world.command(id).state, CommandState::Completed) << action;
    }
    ++orders;
    EXPECT_EQ(starts(), orders);
  }
  std::ptrdiff_t starts() const {
    return std::ranges::count(world.car.acts(), VehicleOperation::Start, &VehicleAct::operation);
  }

  NullLogSink log;
  World world{GetParam(), log, carWithAllLinks()};
  Broker second{world.time, world.network};
  Bridge bridge{world.broker, second};
  TcpGate gate{world.network, world.server, kCcid};
  Door first_door{world.network, world.broker};
  Door second_door{world.network, second};
  Door gate_door{world.network, gate};
  std::ptrdiff_t orders = 0;
};

TEST_P(Links, Defect62CarGoesFromBrokerToBrokerToTcpAndBackAndNoCommandIsLostOrDoubledP1) {
  ASSERT_TRUE(inContactOver("mqtt", 60s));
  startAndStop();

  first_door.shut();
  const auto during = world.order("vehicle.startCharging");  // on its way when the link breaks
  ASSERT_TRUE(inContactOver("mqtt2", 5min));
  ASSERT_TRUE(world.untilFinal(during, 2min));
  EXPECT_EQ(world.command(during).state, CommandState::Completed);
  EXPECT_EQ(starts(), ++orders);
  startAndStop();

  second_door.shut();
  ASSERT_TRUE(inContactOver("tcp", 5min));
  EXPECT_GT(gate.lines(), 0);
  startAndStop();

  world.time.runFor(35min);  // the first is tried, in vain
  ASSERT_TRUE(inContactOver("tcp", 5min));
  startAndStop();

  first_door.open();
  ASSERT_TRUE(inContactOver("mqtt", 35min));
  startAndStop();
  world.time.runFor(1h);
  EXPECT_EQ(linkInUse(), "mqtt");
  EXPECT_EQ(starts(), orders);
}

TEST_P(Links, ServerChoosesTheLinkAndTheCarComesBackFromADeadEndP5) {
  ASSERT_TRUE(inContactOver("mqtt", 60s));
  world.order("system.setLink", R"({"link":"tcp"})");
  ASSERT_TRUE(inContactOver("tcp", 60s));
  startAndStop();
  gate_door.shut();
  ASSERT_TRUE(inContactOver("mqtt", 3h + 5min));
  startAndStop();
}

INSTANTIATE_TEST_SUITE_P(Seeds, Links, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace smartkar::sim
