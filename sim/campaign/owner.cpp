#include "sim/campaign/owner.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace smartkar::sim {
namespace {

// A client that gets no answer asks again.
constexpr Duration kPatience = 10s;
constexpr Duration kAskAgainMin = 5s;
constexpr Duration kAskAgainMax = 60s;
constexpr Duration kGivesUp = 15min;
// targetSoc 30 … 100, maxCurrent 6 … 32: orders of one car never have the same.
constexpr int kSocMin = 30;
constexpr int kSocs = 71;
constexpr int kCurrentMin = 6;
constexpr int kCurrents = 27;
// 15.5 … 30.0 °C in half degrees, with and without battery.
constexpr double kTemperatureMin = 15.5;
constexpr int kTemperatures = 30;

constexpr std::array kHarmless = {"ping",          "status",   "vehicle.getState", "vehicle.requestState",
                                  "system.wakeup", "telemetry"};

std::string number(double value) {
  const long tenths = std::lround(value * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

Owner::Owner(Notebook& notebook, std::size_t car, std::uint64_t seed, std::function<void(const Wish&)> told)
    : notebook_(notebook), car_(car), random_(seed), told_(std::move(told)) {
  pause_ = within(10min, 3h);
}

void Owner::planNext() {
  notebook_.world.time.after(within(1s, 2 * pause_), [this] {
    if (stopped_) return;
    const std::uint32_t orders = random_.chance(0.15) ? 2 + random_.below(5) : 1;
    for (std::uint32_t i = 0; i < orders; ++i) order();
    planNext();
  });
}

Wish& Owner::newWish() {
  Wish& wish = notebook_.wishes.emplace_back();
  wish.car = car_;
  wish.key = "car " + std::to_string(car_) + " order " + std::to_string(++orders_);
  wish.asked_at = notebook_.world.time.now();
  return wish;
}

void Owner::orderLast(Duration ttl) {
  Wish& wish = newWish();
  wish.ttl_s = ttl / 1s;
  wish.after_healing = true;
  describeCharging(wish);
  ask(wish, notebook_.world.time.now() + kGivesUp);
}

void Owner::order() {
  Wish& wish = newWish();
  wish.ttl_s = random_.chance(0.3) ? random_.between(10, 120) : random_.between(120, 2 * 3600);
  describe(wish);
  ask(wish, notebook_.world.time.now() + kGivesUp);
  if (random_.chance(0.15)) {
    notebook_.world.time.after(within(1s, 10min), [this, &wish] { cancel(wish); });
  }
}

void Owner::describe(Wish& wish) {
  const std::uint32_t dice = random_.below(100);
  if (dice < 40 && chargings_ < kSocs * kCurrents) return describeCharging(wish);
  if (dice < 65 && climates_ < 2 * kTemperatures) return describeClimate(wish);
  if (dice < 75) {
    wish.action = "vehicle.stopCharging";
    wish.kind = WishKind::StopCharging;
  } else if (dice < 83) {
    wish.action = "vehicle.stopClimate";
    wish.kind = WishKind::StopClimate;
  } else if (dice < 86) {
    wish.action = "system.reboot";
  } else {
    wish.action = kHarmless[random_.below(kHarmless.size())];
  }
  wish.supersede = wish.kind != WishKind::Nothing && random_.chance(0.2);
}

void Owner::describeCharging(Wish& wish) {
  const int n = chargings_++;
  wish.kind = WishKind::Start;
  wish.action = "vehicle.startCharging";
  wish.supersede = random_.chance(0.2);
  wish.profile.charge = true;
  wish.profile.target_soc = static_cast<std::uint8_t>(kSocMin + n % kSocs);
  wish.profile.max_current_a = static_cast<std::uint8_t>(kCurrentMin + n / kSocs);
  wish.params_json = "{\"targetSoc\":" + std::to_string(wish.profile.target_soc) +
                     ",\"maxCurrent\":" + std::to_string(wish.profile.max_current_a) + "}";
}

void Owner::describeClimate(Wish& wish) {
  const int n = climates_++;
  wish.kind = WishKind::Start;
  wish.action = "vehicle.startClimate";
  wish.supersede = random_.chance(0.2);
  wish.profile.climate = true;
  wish.profile.temperature_c = kTemperatureMin + 0.5 * (n % kTemperatures);
  wish.profile.climate_on_battery = n >= kTemperatures;
  wish.params_json = "{\"temperature\":" + number(wish.profile.temperature_c) +
                     ",\"allowBattery\":" + (wish.profile.climate_on_battery ? "true" : "false") + "}";
}

void Owner::ask(Wish& wish, Instant until) {
  server::CommandRequested request;
  request.ccid = notebook_.ccid(car_);
  request.action = wish.action;
  request.params_json = wish.params_json;
  request.ttl_s = wish.ttl_s;
  request.idempotency_key = wish.key;
  request.principal = "owner";
  request.supersede = wish.supersede;
  notebook_.world.server.request(request, [this, &wish](const server::Effect& answer) {
    if (const auto* const accepted = std::get_if<server::CommandAccepted>(&answer)) {
      wish.id = accepted->id;
      wish.accepted_at = notebook_.world.time.now();
      if (!std::exchange(wish.accepted, true)) told_(wish);
    } else {
      wish.refused = true;
    }
  });
  notebook_.world.time.after(kPatience, [this, &wish, until] { askAgain(wish, until); });
}

void Owner::askAgain(Wish& wish, Instant until) {
  if (wish.accepted || wish.refused || notebook_.world.time.now() > until) return;
  notebook_.world.time.after(within(kAskAgainMin, kAskAgainMax), [this, &wish, until] {
    if (!wish.accepted && !wish.refused) ask(wish, until);
  });
}

void Owner::cancel(Wish& wish) {
  if (!wish.id || stopped_) return;
  server::CancelRequested request;
  request.ccid = notebook_.ccid(car_);
  request.id = *wish.id;
  request.principal = "owner";
  notebook_.world.server.cancel(request, [this, &wish](const server::Effect& answer) {
    if (std::holds_alternative<server::CancelAccepted>(answer)) wish.cancelled_at = notebook_.world.time.now();
  });
}

}  // namespace smartkar::sim
