#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/random.hpp"
#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::FakeCar;

using testing::World;

// One run: an hour of faults, all drawn from the seed, their rates as well; then everything works and must settle.
class FaultyRun {
 public:
  explicit FaultyRun(std::uint64_t seed) : random_(seed) {
    const double loss_to_car = random_.below(60) / 100.0;
    const double loss_to_server = random_.below(60) / 100.0;
    world_.lost_to_car = [this, loss_to_car](const PublishCommand&) { return faults_ && random_.chance(loss_to_car); };
    world_.lost_to_server = [this, loss_to_server](const FakeCar::Message&) {
      return faults_ && random_.chance(loss_to_server);
    };
    world_.car.hears_rings = random_.chance(0.7);
    world_.car.works_for = std::chrono::seconds{random_.between(1, 40)};
    world_.car.acts_at_once = random_.chance(0.5);
  }

  void play() {
    while (world_.now() < Instant{} + 1h) {
      world_.run(std::chrono::seconds{random_.between(1, 60)});
      misbehave();
    }
    faults_ = false;
    world_.run(7h);  // two timer wakes
  }

  void check() {
    for (const auto& [id, count] : world_.car.effects) EXPECT_LE(count, 1) << id;
    for (const CommandRecord& command : world_.backup().commands) {
      const CommandId id = command.id;
      const int effects = world_.car.effects.contains(id) ? world_.car.effects.at(id) : 0;
      EXPECT_TRUE(isFinal(command.state)) << id << " is " << stateName(command.state);
      EXPECT_TRUE(command.state != CommandState::Completed || effects == 1) << id;
      EXPECT_TRUE(command.state != CommandState::Expired || effects == 0) << id;
      EXPECT_TRUE(command.state != CommandState::Cancelled || effects == 0) << id;
      EXPECT_TRUE(command.state != CommandState::Unknown || car_was_reset_) << id;
      EXPECT_NE(command.state, CommandState::Rejected) << id << ' ' << command.error;
    }
  }

 private:
  void misbehave() {
    switch (random_.below(11)) {
      case 0:
      case 1:
        return request();
      case 2:
        return crashSoon();
      case 3:
        return world_.restartServer();
      case 4:
        world_.disconnectBroker();
        return world_.connectBroker(random_.chance(0.5));
      case 5:
        if (world_.car.awake()) world_.car.reconnect(world_.now());
        return;
      case 6:
        if (!random_.chance(0.2)) return;
        car_was_reset_ = true;
        return world_.car.reboot(world_.now());
      case 7:
        if (!asked_.empty()) world_.cancel(asked_[random_.below(static_cast<std::uint32_t>(asked_.size()))]);
        return;
      case 8:
        return supersede();
      case 9:
        return backUpOrRestore();
      default:
        if (!world_.car.awake()) world_.car.wake(world_.now(), "can_activity");
    }
  }

  void request() {
    static constexpr const char* kActions[] = {"vehicle.startCharging", "vehicle.stopCharging", "vehicle.startClimate"};
    const CommandId id = world_.request(kActions[random_.below(3)], "", random_.between(10, 7200));
    if (id != 0) asked_.push_back(id);
  }

  void supersede() {
    const CommandId id = world_.supersede("vehicle.stopCharging");
    if (id != 0) asked_.push_back(id);
  }

  void backUpOrRestore() {
    if (!backup_) {
      backup_ = world_.backup();
    } else if (random_.chance(0.3)) {
      world_.restore(testing::memoryPersistence(*backup_));
    }
  }

  void crashSoon() {
    world_.crash_at_batch = world_.batches() + 1 + static_cast<int>(random_.below(6));
    world_.crash = random_.chance(0.5) ? World::Crash::BeforeStoring : World::Crash::AfterStoring;
  }

  Random random_;
  World world_;
  bool faults_ = true;
  bool car_was_reset_ = false;
  std::vector<CommandId> asked_;
  std::optional<Snapshot> backup_;
};

TEST(RandomFaults, EveryCommandSettlesTruthfullyAndTakesEffectAtMostOnce_P1_P3_P4) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    FaultyRun run(seed);
    run.play();
    run.check();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace smartkar::server
