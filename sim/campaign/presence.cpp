#include <algorithm>
#include <map>
#include <string>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using server::Presence;

// "Awake" is at most that old: 1.5 times the keep-alive of 300 s and 30 s. "Asleep until" is let go 10 min later (P6).
constexpr Duration kAwakeTrust = 480s;
constexpr std::chrono::seconds kLateWake{600};
// What is said is looked at so often; the server's own clock ticks every 10 s.
constexpr Duration kLookEvery = 30s;
constexpr Duration kTick = 11s;
// From the broker to the server.
constexpr Duration kOnTheWay = 60s;

// P6. What the API says of a car was true lately.
class PresenceIsHonest : public Watcher {
 public:
  explicit PresenceIsHonest(Notebook& notebook) : notebook_(notebook) {}

  // On a bad network the modem still delivers what the car said minutes before it slept: that much nobody can know.
  void onPublished(const BrokerMessage& message) override {
    if (message.topic.ends_with("/command")) return;
    if (const auto car = notebook_.carOf(message)) heard_at_[*car] = notebook_.world.time.now();
  }

  void onServerStart() override { server_since_ = notebook_.world.time.now(); }

  void onMoment() override {
    const Instant now = notebook_.world.time.now();
    for (std::size_t car = 0; car < notebook_.world.cars.size(); ++car) {
      if (notebook_.world.cars[car]->awake()) awake_at_[car] = now;
    }
    if (notebook_.world.server.wall() != notebook_.world.time.wall()) clock_wrong_at_ = now;
    if (now < look_at_) return;
    look_at_ = now + kLookEvery;
    const bool settled = notebook_.world.server.running() && now - server_since_ > kOnTheWay &&
                         (!clock_wrong_at_ || now - *clock_wrong_at_ > 12h);
    for (std::size_t car = 0; settled && car < notebook_.world.cars.size(); ++car) look(car, now);
  }

 private:
  void look(std::size_t car, Instant now) {
    const auto said = notebook_.world.server.device(notebook_.ccid(car));
    if (!said) return;
    const UnixTime wall = notebook_.world.server.wall();
    if (said->proved_at && *said->proved_at > wall) notebook_.violate(6, car, "proved in the future");
    const Instant last = std::max(awake_at_[car], heard_at_[car]);
    if (said->presence == Presence::Awake && now - last > kAwakeTrust + kTick + kOnTheWay) {
      notebook_.violate(6, car, "said to be awake, asleep for " + std::to_string((now - awake_at_[car]) / 1s) + " s");
    }
    if (said->presence == Presence::Awake &&
        (!said->proved_at || wall - *said->proved_at > std::chrono::floor<std::chrono::seconds>(kAwakeTrust + kTick))) {
      notebook_.violate(6, car, "said to be awake without a proof of the last minutes");
    }
    if (said->presence == Presence::Asleep && said->asleep_until &&
        wall > *said->asleep_until + kLateWake + std::chrono::floor<std::chrono::seconds>(kTick)) {
      notebook_.violate(6, car, "said to be asleep until a time that is long over");
    }
  }

  Notebook& notebook_;
  std::map<std::size_t, Instant> awake_at_;
  std::map<std::size_t, Instant> heard_at_;  // by the broker
  Instant server_since_{};
  std::optional<Instant> clock_wrong_at_;
  Instant look_at_{};
};

}  // namespace

std::unique_ptr<Watcher> checkPresence(Notebook& notebook) { return std::make_unique<PresenceIsHonest>(notebook); }

}  // namespace smartkar::sim
