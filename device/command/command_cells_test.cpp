#include <gtest/gtest.h>

#include <functional>

#include "device/command/command_router.hpp"
#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

constexpr std::string_view kCharge = "vehicle.startCharging";
constexpr std::string_view kBadParameter = R"({"targetSoc":300})";

// Brings command 1 into every row, and lets everything happen to it there.
struct Cells : testing::Test {
  RouterBench bench;
  std::uint32_t entered[kRows][kHappenings] = {};

  // Without what happened until now.
  void begin() {
    collect();
    bench.flash = CutFlash(4096);
    bench.restart();
    bench.sync();
  }
  void collect() {
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t i = 0; i < kHappenings; ++i) {
        entered[row][i] += bench.router->cells().at(static_cast<Row>(row), static_cast<Happening>(i));
      }
    }
  }
  void restart() {
    collect();
    bench.flash.powerUp();
    bench.restart();
    bench.sync();
  }
  void unseen() { begin(); }
  void forgotten() {
    begin();
    for (protocol::CommandId id = 1; id <= kJournalEntriesMax + 1; ++id) bench.cancel(id);
  }
  void received() {
    begin();
    bench.send(1, kCharge);
  }
  void actuating() {
    received();
    bench.vehicleSays(VehicleOperation::Wake);
    bench.vehicleSays(VehicleOperation::WriteProfile);
  }
  void finished() {
    begin();
    bench.send(1, kCharge);
    bench.vehicleObeys();
  }
  void everyMessage(const std::function<void()>& row) {
    const auto in_row = [&](const std::function<void()>& message) {
      row();
      message();
    };
    in_row([&] { bench.send(1, kCharge); });
    in_row([&] { bench.cancel(1); });
    in_row([&] { bench.ask({.open = {1}}); });
    in_row([&] { bench.send(1, kCharge, {.contact = 4000}); });
    in_row([&] { bench.send(1, kCharge, {.params = R"({"targetSoc":60})"}); });
    in_row([&] { bench.send(1, kCharge, {.params = std::string(kBadParameter)}); });
    in_row([&] {
      bench.send(60, kCharge);
      bench.send(1, kCharge);
    });
    in_row([&] {
      bench.now += 3600s;
      bench.send(1, kCharge);
    });
    in_row([&] {
      for (protocol::CommandId id = 70; id < 70 + 2 * kJournalEntriesMax; ++id) bench.cancel(id);
    });
    in_row([&] { restart(); });
  }
};

TEST_F(Cells, EveryOneThatIsPossibleIsReached) {
  everyMessage([&] { unseen(); });
  everyMessage([&] { forgotten(); });
  everyMessage([&] { received(); });
  everyMessage([&] { actuating(); });
  everyMessage([&] { finished(); });

  unseen();
  bench.flash.cutAfter(0);
  bench.send(1, kCharge);
  for (const Duration span : {Duration(15s), Duration(3599s)}) {
    received();
    bench.advance(span);
    actuating();
    bench.advance(span);
  }
  for (const VehicleOutcome outcome : {VehicleOutcome::Rejected, VehicleOutcome::SendFailed}) {
    received();
    bench.vehicleSays(VehicleOperation::Wake, outcome);
    actuating();
    bench.vehicleSays(VehicleOperation::Start, outcome);
  }
  received();
  bench.flash.cutAfter(0);
  bench.vehicleSays(VehicleOperation::Wake);
  received();
  bench.vehicleSays(VehicleOperation::Wake);
  bench.advance(3599s);
  actuating();
  bench.flash.cutAfter(0);
  bench.vehicleObeys();
  collect();

  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t i = 0; i < kHappenings; ++i) {
      const auto happening = static_cast<Happening>(i);
      const bool possible = stepFor(static_cast<Row>(row), happening) != Step::Impossible;
      EXPECT_EQ(entered[row][i] > 0, possible) << rowName(static_cast<Row>(row)) << " × " << happeningName(happening);
    }
  }
}

}  // namespace
}  // namespace smartkar::device
