#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sim/campaign/checkers.hpp"

namespace smartkar::sim {
namespace {

using device::VehicleOperation;

// The car's clock is at most so wrong (P2).
constexpr std::chrono::seconds kClockError{2};
// A server clock that was set wrong is what a car believes until its next contact.
constexpr Duration kClockMemory = 12h;

// P2. Nothing starts after its expiry, by the clock that the server had when the car last could hear it; and nothing in
// a car that was told no time since it started.
class NeverStale : public Watcher {
 public:
  explicit NeverStale(Notebook& notebook) : notebook_(notebook) {}

  void onStart(std::size_t car, device::WakeCause) override { told_time_[car] = false; }

  void onPublished(const BrokerMessage& message) override {
    if (message.payload.find("\"system.sync\"") == std::string::npos) return;
    if (const auto car = notebook_.carOf(message)) told_time_[*car] = true;
  }

  void onCommand(const server::CommandRecord& command) override {
    // What was recovered from a car's journal has no deadline of its own.
    if (!command.idempotency_key.empty()) expiry_[command.idempotency_key] = command.expires_at;
  }

  void onMoment() override {
    const auto ahead = notebook_.world.server.wall() - notebook_.world.time.wall();
    const Instant now = notebook_.world.time.now();
    if (clocks_.empty() || clocks_.back().ahead != ahead) clocks_.push_back({now, ahead});
    while (clocks_.size() > 1 && clocks_[1].since + kClockMemory < now) clocks_.pop_front();
  }

  void onAct(std::size_t car, const VehicleAct& act) override {
    if (!told_time_[car]) notebook_.violate(2, car, "acts without having been told the time");
    if (act.operation != VehicleOperation::Start) return;
    const Wish* const wish = notebook_.byProfile(car, act.profile);
    if (wish == nullptr) return;
    const auto expiry = expiry_.find(wish->key);
    if (expiry == expiry_.end()) return notebook_.violate(2, car, "acts on what the server has not stored");
    const bool in_time = std::ranges::any_of(
        clocks_, [&](const Clock& clock) { return act.at + clock.ahead <= expiry->second + kClockError; });
    if (!in_time) notebook_.violate(2, car, "too late: " + wish->key + ", " + wish->action);
  }

 private:
  struct Clock {
    Instant since;
    std::chrono::seconds ahead;
  };

  Notebook& notebook_;
  std::map<std::size_t, bool> told_time_;
  std::map<std::string, UnixTime> expiry_;
  std::deque<Clock> clocks_{{Instant{}, std::chrono::seconds(0)}};
};

}  // namespace

std::unique_ptr<Watcher> checkNeverStale(Notebook& notebook) { return std::make_unique<NeverStale>(notebook); }

}  // namespace smartkar::sim
