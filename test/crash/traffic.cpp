#include "test/crash/traffic.hpp"

#include <gtest/gtest.h>

#include "test/crash/findings.hpp"

namespace smartkar::test {

namespace {

using namespace std::chrono_literals;

// Far more than anything takes on a loaded machine.
constexpr auto kPatience = 120s;
constexpr auto kPause = 100ms;
// Each of the ten cars gets a command every three seconds, about as fast as it can carry them out.
constexpr auto kBetweenCommands = 300ms;

}  // namespace

Traffic::Traffic(CrashWorld& world)
    : world_(world),
      cars_(world.broker().port(), world.drivers()),
      load_(world.load()),
      owners_(world.httpPort(), CrashWorld::kToken, world.drivers(), kBetweenCommands) {}

void Traffic::pass(std::size_t messages) {
  ASSERT_TRUE(load_.waitUntilAcknowledged(load_.acknowledgedCount() + messages, kPatience));
}

bool Traffic::eventually(const std::function<bool()>& condition) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

void Traffic::expectNothingLostOrDoubled(std::size_t forgotten) {
  const auto accepted = owners_.stop();
  EXPECT_TRUE(load_.stop(kPatience));
  auto acknowledged = load_.acknowledged();
  acknowledged.erase(acknowledged.begin(), acknowledged.begin() + static_cast<std::ptrdiff_t>(forgotten));
  const auto store = world_.openStore();
  TelemetryFindings telemetry;
  eventually([&] {
    telemetry = compare(*store, world_.reporters(), acknowledged);
    return telemetry.missing == 0;
  });
  EXPECT_TRUE(eventually([&] { return openCommands(*store, world_.drivers(), accepted) == 0; }));
  cars_.stop();

  EXPECT_EQ(telemetry.missing, 0u) << telemetry.first;
  EXPECT_EQ(telemetry.doubled, 0u) << telemetry.first;
  for (const std::string& wrong : wrongCommands(*store, world_.drivers(), accepted, cars_)) ADD_FAILURE() << wrong;
  std::printf("%zu messages acknowledged by the broker, %zu commands accepted\n", acknowledged.size(), accepted.size());
}

}  // namespace smartkar::test
