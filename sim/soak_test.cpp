// Two hours of noise, lines nobody asked for and a modem that restarts, with commands all the while. Then the line
// heals, and everything must have come to its end, once, as it was sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string>

#include "protocol/response.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;
using server::CommandId;
using server::CommandState;

constexpr Duration kTrouble = 2h;
constexpr double kNoise = 1e-4;  // of the bytes, each way
// After the trouble the car may sleep for the longest time there is (promise P5).
constexpr Duration kContactLimit = 3h + 5min;
// The car's clock is at most so wrong (promise P2).
constexpr auto kClockError = 2s;

// What a firmware says unasked, and what looks as if it did.
constexpr std::array kUrcs = {"RDY",
                              "SMS Ready",
                              "+CFUN: 1",
                              "+CPIN: READY",
                              "+CPIN: NOT INSERTED",
                              "+CEREG: 2",
                              "+SMSTATE: 0",
                              "+SMSTATE: 1",
                              "+APP PDP: 0,DEACTIVE",
                              "+CMTI: \"SM\",1",
                              "*PSUTTZ: 26/01/01,00:00:00\",\"+04\",0",
                              "DST: 1",
                              "OK",
                              "ERROR",
                              "+SMSUB: \"foreign\",\"7B7D\"",
                              "NORMAL POWER DOWN"};

// What one order may make the vehicle do. Every order has parameters of its own, so an act tells whose it is.
struct Ordered {
  device::ImmediateProfile profile;
  int starts = 0;
};

class Soak {
 public:
  explicit Soak(std::uint64_t seed) : random_(seed), world_(seed, log_) {}

  void run() {
    ASSERT_TRUE(world_.untilInContact(60s));
    suffer();
    heal();
    checkActs();
    checkEnds();
    checkJournal();
  }

  std::uint64_t damagedBytes() { return world_.car.noiseToModem().damaged() + world_.car.noiseFromModem().damaged(); }

 private:
  Duration within(Duration low, Duration high) { return Duration(random_.between(low.count(), high.count())); }

  // Does something again and again, at random times.
  void keepDoing(Duration least, Duration most, const std::function<void()>& action) {
    world_.time.after(within(least, most), [=, this] {
      if (!troubled_) return;
      action();
      keepDoing(least, most, action);
    });
  }

  void setNoise(double rate) {
    world_.car.noiseToModem().setRate(rate);
    world_.car.noiseFromModem().setRate(rate);
  }
  void burst() {
    setNoise(0.2);
    world_.time.after(within(20ms, 2s), [this] { setNoise(troubled_ ? kNoise : 0); });
  }
  void restartModem() {
    modem_sim::Modem& modem = world_.car.modem();
    if (random_.chance(0.7)) return modem.brownOut(world_.time.now());
    modem.powerDownUnasked(world_.time.now());
  }
  void suffer() {
    setNoise(kNoise);
    keepDoing(1min, 10min, [this] { burst(); });
    keepDoing(10s, 5min, [this] { world_.car.modem().emitUrc(kUrcs[random_.below(kUrcs.size())], world_.time.now()); });
    keepDoing(5min, 40min, [this] { restartModem(); });
    keepDoing(1min, 15min, [this] { order(); });
    world_.time.runFor(kTrouble);
  }

  void order() {
    const int number = ++orders_;
    Ordered ordered;
    server::CommandRequested order;
    order.ccid = kCcid;
    order.principal = "owner";
    order.ttl_s = random_.between(60, 7200);
    if (random_.chance(0.7)) {
      ordered.profile.charge = true;
      ordered.profile.target_soc = static_cast<std::uint8_t>(100 - number);
      ordered.profile.max_current_a = static_cast<std::uint8_t>(random_.between(6, 32));
      order.action = "vehicle.startCharging";
      order.params_json = "{\"targetSoc\":" + std::to_string(ordered.profile.target_soc) +
                          ",\"maxCurrent\":" + std::to_string(ordered.profile.max_current_a) + "}";
    } else {
      ordered.profile.climate = true;
      ordered.profile.temperature_c = 15.5 + number % 30 * 0.5;
      ordered.profile.climate_on_battery = random_.chance(0.5);
      order.action = "vehicle.startClimate";
      order.params_json = "{\"temperature\":" + std::to_string(ordered.profile.temperature_c) +
                          ",\"allowBattery\":" + (ordered.profile.climate_on_battery ? "true" : "false") + "}";
    }
    world_.server.request(order, [this, ordered](const server::Effect& answer) {
      ASSERT_TRUE(std::holds_alternative<server::CommandAccepted>(answer));
      ordered_[std::get<server::CommandAccepted>(answer).id] = ordered;
    });
  }

  void heal() {
    troubled_ = false;
    setNoise(0);
    const UnixTime healed = world_.time.wall();
    const auto heard = [&] {
      const auto car = world_.server.device(kCcid);
      return world_.car.inContact() && car->proved_at && *car->proved_at > healed;
    };
    EXPECT_TRUE(world_.time.runUntil(heard, kContactLimit)) << "no contact after the line had healed";
    world_.time.runFor(2min);
  }

  static bool sameOrder(const device::ImmediateProfile& got, const device::ImmediateProfile& wanted) {
    if (got.charge != wanted.charge || got.climate != wanted.climate) return false;
    if (wanted.charge) return got.target_soc == wanted.target_soc && got.max_current_a == wanted.max_current_a;
    return got.temperature_c == wanted.temperature_c && got.climate_on_battery == wanted.climate_on_battery;
  }

  void checkActs() {
    for (const VehicleAct& act : world_.car.acts()) {
      const auto whose = std::ranges::find_if(
          ordered_, [&](const auto& entry) { return sameOrder(act.profile, entry.second.profile); });
      ASSERT_NE(whose, ordered_.end()) << "the vehicle got parameters that nobody had sent";
      const server::CommandRecord command = world_.command(whose->first);
      EXPECT_GE(act.at, command.created_at);
      if (act.operation != VehicleOperation::Start) continue;
      EXPECT_LE(act.at, command.expires_at + kClockError) << "too late: " << command.id;
      EXPECT_EQ(++whose->second.starts, 1) << "twice: " << command.id;
    }
  }

  void checkEnds() {
    for (const auto& [id, ordered] : ordered_) {
      const server::CommandRecord command = world_.command(id);
      EXPECT_TRUE(server::isFinal(command.state)) << id << " is " << server::stateName(command.state);
      if (command.state == CommandState::Completed) {
        EXPECT_EQ(ordered.starts, 1) << id;
      }
      const bool nothing_done = command.state == CommandState::Expired || command.state == CommandState::Cancelled ||
                                command.state == CommandState::Rejected;
      if (nothing_done) {
        EXPECT_EQ(ordered.starts, 0) << id << " is " << server::stateName(command.state);
      }
    }
  }

  // Car and server agree on what the car still remembers.
  void checkJournal() {
    ASSERT_TRUE(world_.untilInContact(kContactLimit));
    for (const device::JournalEntry& entry : world_.car.controller().journal().entries()) {
      ASSERT_EQ(entry.state, device::EntryState::Finished) << entry.id;
      const auto command = world_.server.command(kCcid, entry.id);
      ASSERT_TRUE(command.has_value()) << "the car knows a command that the server never had: " << entry.id;
      EXPECT_EQ(server::stateName(command->state), protocol::statusName(entry.outcome.status)) << entry.id;
    }
  }

  Random random_;
  NullLogSink log_;
  World world_;
  bool troubled_ = true;
  int orders_ = 0;
  std::map<CommandId, Ordered> ordered_;
};

// "FIRST-LAST" in SMARTKAR_SOAK_SEEDS; five otherwise.
std::pair<std::uint64_t, std::uint64_t> seeds() {
  const char* const text = std::getenv("SMARTKAR_SOAK_SEEDS");
  if (text == nullptr) return {1, 5};
  char* rest = nullptr;
  const std::uint64_t first = std::strtoull(text, &rest, 10);
  return {first, *rest == '-' ? std::strtoull(rest + 1, nullptr, 10) : first};
}

TEST(SoakTest, TwoHoursOfTroubleEndWithEveryCommandDoneAtMostOnceAndAsItWasSent) {
  const auto [first, last] = seeds();
  std::uint64_t damaged = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("SMARTKAR_SOAK_SEEDS=" + std::to_string(seed));
    Soak soak(seed);
    soak.run();
    damaged += soak.damagedBytes();
  }
  EXPECT_GT(damaged, 0u);
}

}  // namespace
}  // namespace smartkar::sim
