#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/watcher.hpp"
#include "sim/campaign/wish.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {

// A promise that was broken.
struct Violation {
  int promise = 0;  // 1 … 8
  std::optional<std::size_t> car;
  UnixTime at{};
  std::string text;  // for people
};

// What a run knows about itself: what was ordered, what was broken on purpose, and what went wrong.
struct Notebook {
  explicit Notebook(World& the_world) : world(the_world) {}

  World& world;
  std::deque<Wish> wishes;  // an address stays what it is
  std::vector<Violation> violations;
  // The server was restored from a backup: of when, and when.
  struct Restore {
    Instant backup;
    Instant restored;
  };
  std::vector<Restore> restores;
  std::set<std::size_t> journal_lost;  // by these cars
  bool healed = false;
  Instant healed_at{};

  void violate(int promise, std::optional<std::size_t> car, std::string text) {
    violations.push_back({promise, car, world.time.wall(), std::move(text)});
  }
  // The server may have lost it with a restore.
  bool mayBeForgotten(const Wish& wish) const {
    return std::ranges::any_of(restores, [&](const Restore& restore) {
      return restore.backup <= wish.accepted_at && wish.asked_at <= restore.restored;
    });
  }
  // A server that was restored from before it sent a command, and a car that lost its journal since: nobody knows.
  bool bothForgot(std::size_t car) const { return !restores.empty() && journal_lost.contains(car); }
  // nullptr: no order has this key.
  Wish* byKey(std::string_view key) {
    for (Wish& wish : wishes) {
      if (wish.key == key) return &wish;
    }
    return nullptr;
  }
  // Of which order this is; nullptr: of none that is known (yet). What the car told a restored server about has no key;
  // an id that was lost with a restore may have been given again, if the server's clock was wrong, too.
  Wish* byCommand(const server::CommandRecord& command) {
    if (!command.idempotency_key.empty()) return byKey(command.idempotency_key);
    const auto same = [&](const Wish& wish) { return wish.id == command.id && ccid(wish.car) == command.ccid; };
    const auto latest = std::find_if(wishes.rbegin(), wishes.rend(), same);
    return latest == wishes.rend() ? nullptr : &*latest;
  }
  // Whose parameters these are; nullptr: nobody's.
  Wish* byProfile(std::size_t car, const device::ImmediateProfile& profile) {
    for (Wish& wish : wishes) {
      if (wish.car == car && wish.kind == WishKind::Start && same(profile, wish.profile)) return &wish;
    }
    return nullptr;
  }
  const std::string& ccid(std::size_t car) const { return world.cars[car]->ccid(); }
  std::optional<std::size_t> carOf(std::string_view ccid) const {
    for (std::size_t i = 0; i < world.cars.size(); ++i) {
      if (world.cars[i]->ccid() == ccid) return i;
    }
    return std::nullopt;
  }
  // Whose topic it came on.
  std::optional<std::size_t> carOf(const BrokerMessage& message) const {
    for (std::size_t i = 0; i < world.cars.size(); ++i) {
      if (message.topic.find(ccid(i)) != std::string::npos) return i;
    }
    return std::nullopt;
  }

 private:
  // As far as the order says anything.
  static bool same(const device::ImmediateProfile& got, const device::ImmediateProfile& wanted) {
    if (got.charge != wanted.charge || got.climate != wanted.climate) return false;
    if (wanted.charge) return got.target_soc == wanted.target_soc && got.max_current_a == wanted.max_current_a;
    return got.temperature_c == wanted.temperature_c && got.climate_on_battery == wanted.climate_on_battery;
  }
};

}  // namespace smartkar::sim
