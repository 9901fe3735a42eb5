#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/testing/with_mac.hpp"
#include "server/core/fake_car.hpp"
#include "server/core/fleet.hpp"
#include "server/core/memory_store.hpp"

namespace smartkar::server::testing {

inline constexpr const char* kCcid = "8988303000000614227";

// Where a World keeps what the Fleet wants stored.
struct Persistence {
  std::function<void(std::span<const Mutation>)> apply;
  std::function<Snapshot()> load;
};

// Keeps it in memory.
inline Persistence memoryPersistence(const Snapshot& begin = {}) {
  auto store = std::make_shared<MemoryStore>(begin);
  return {[store](std::span<const Mutation> mutations) { store->apply(mutations); },
          [store] { return store->snapshot(); }};
}

// One server, one broker and one car on a virtual clock. Messages arrive at once and in order unless a test says
// otherwise.
class World {
 public:
  enum class Crash { BeforeStoring, AfterStoring };

  explicit World(Persistence persistence = memoryPersistence(), const Policy& policy = {})
      : persistence_(std::move(persistence)), policy_(policy) {
    fleet_ = std::make_unique<Fleet>(policy_);
    connectBroker(true);
  }

  FakeCar car;
  // What gets lost on the way; nothing by default.
  std::function<bool(const PublishCommand&)> lost_to_car = [](const PublishCommand&) { return false; };
  std::function<bool(const FakeCar::Message&)> lost_to_server = [](const FakeCar::Message&) { return false; };
  // The server dies at the n-th batch it stores (from 1) and starts again at once; 0: never.
  int crash_at_batch = 0;
  Crash crash = Crash::AfterStoring;

  int batches() const { return batches_; }
  Instant now() const { return now_; }
  UnixTime wall() const { return kBegin + std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()); }
  Fleet& fleet() { return *fleet_; }
  const DeviceRecord& device() const { return *fleet_->device(kCcid); }
  const CommandRecord& command(CommandId id) const {
    const CommandRecord* found = fleet_->command(kCcid, id);
    EXPECT_NE(found, nullptr) << id;
    static const CommandRecord kNone;
    return found != nullptr ? *found : kNone;
  }
  std::vector<PublishCommand> published;
  std::vector<Mutation> stored;
  std::vector<Effect> effects;  // all but what was published

  int publishedCount(PublishKind kind) const {
    return static_cast<int>(
        std::count_if(published.begin(), published.end(), [&](const auto& p) { return p.kind == kind; }));
  }
  template <class T>
  std::optional<T> latest() const {
    for (auto effect = effects.rbegin(); effect != effects.rend(); ++effect) {
      if (const T* found = std::get_if<T>(&*effect)) return *found;
    }
    return std::nullopt;
  }

  // A client's request; the id of the command, 0 if it was refused. Like a good client it asks again, with the same
  // key, when the server dies without an answer.
  CommandId request(const std::string& action, const std::string& params = "", std::optional<std::int64_t> ttl_s = {},
                    const std::string& key = "") {
    effects.clear();
    const std::string used_key = key.empty() ? "key " + std::to_string(++keys_) : key;
    happen(CommandRequested{1, kCcid, action, params, ttl_s, used_key, "anna"});
    pump();
    const auto accepted = latest<CommandAccepted>();
    return accepted ? accepted->id : 0;
  }

  // A client's cancel; nothing if it was accepted.
  std::optional<CancelRefusal> cancel(CommandId id) {
    effects.clear();
    happen(CancelRequested{2, kCcid, id, "anna"});
    pump();
    const auto refused = latest<CancelRefused>();
    EXPECT_NE(refused.has_value(), latest<CancelAccepted>().has_value());
    return refused ? std::optional(refused->reason) : std::nullopt;
  }
  // A client's request that supersedes.
  CommandId supersede(const std::string& action, const std::string& params = "") {
    effects.clear();
    happen(CommandRequested{1, kCcid, action, params, {}, "key " + std::to_string(++keys_), "anna", true});
    pump();
    const auto accepted = latest<CommandAccepted>();
    return accepted ? accepted->id : 0;
  }

  void receive(protocol::Channel channel, const std::string& payload, bool retained = false) {
    happen(MessageReceived{kCcid, channel, protocol::fromCar(payload), retained, generation_});
    pump();
  }
  // It lay at the broker while the server was away.
  void receiveLate(protocol::Channel channel, const std::string& payload) {
    happen(MessageReceived{kCcid, channel, protocol::fromCar(payload), false, generation_, 0, true});
    pump();
  }
  // The server is told, wrongly, that the car gave the command up: it sends the next one too early.
  void misleadAbout(CommandId id) {
    receive(protocol::Channel::Response, R"({"id":)" + std::to_string(id) + R"(,"ok":false,"status":"cancelled"})");
  }
  // The car, asleep, says when it will wake.
  void sayAsleepFor(std::chrono::seconds time) {
    receive(protocol::Channel::Status, R"({"online":false,"reason":"sleep","boot":1,"conn":1,"nextWake":)" +
                                           std::to_string(unixSeconds(wall() + time)) + "}");
  }
  void receiveOfGeneration(std::uint64_t generation, protocol::Channel channel, const std::string& payload) {
    happen(MessageReceived{kCcid, channel, protocol::fromCar(payload), false, generation});
    pump();
  }

  void wakeCar(std::string_view cause = "timer") {
    car.wake(now_, cause);
    pump();
  }
  void connectBroker(bool session_present) {
    happen(BrokerUp{++generation_, session_present});
    if (!retained_status_.empty()) {
      happen(MessageReceived{kCcid, protocol::Channel::Status, retained_status_, true, generation_});
    }
    pump();
  }
  void dropAtBroker() {
    happen(MessagesDropped{1});
    pump();
  }
  // A provider answers the latest text message.
  void answerSms(const std::string& failure) { happen(SmsResult{kCcid, failure}); }
  void disconnectBroker() { happen(BrokerDown{}); }
  // The car leaves the broker for a connection of its own, or comes back to it.
  void moveCarToTcp() {
    tcp_ = ++connections_;
    car.reconnect(now_);
    pump();
  }
  void moveCarToBroker() {
    tcp_ = 0;
    car.reconnect(now_);
    pump();
  }
  // A connection ends, and the car does nothing about it.
  void endTcp(std::uint64_t connection, bool broken) { happen(TcpDown{kCcid, connection, broken}); }
  std::uint64_t tcp() const { return tcp_; }
  void connectLegacy() {
    happen(LegacyUp{kCcid});
    pump();
  }
  void sleepLegacy() { happen(LegacyAsleep{kCcid, "sleep"}); }
  void disconnectLegacy() { happen(LegacyDown{kCcid}); }
  // What the store holds now, and going on from what it held then.
  Snapshot backup() const { return persistence_.load(); }
  void restore(Persistence persistence) {
    persistence_ = std::move(persistence);
    restartServer();
  }
  void restartServer() {
    fleet_ = std::make_unique<Fleet>(policy_);
    fleet_->load(persistence_.load());
    connectBroker(true);
  }

  // Lets time pass and everything happen that is due.
  void run(Duration duration) {
    const Instant end = now_ + duration;
    int idle_turns = 0;
    for (pump(); idle_turns < 1000; pump()) {
      const Instant next = std::max(now_, std::min(fleet_->nextDeadline(), car.nextDeadline()));
      if (next > end) break;
      idle_turns = next == now_ ? idle_turns + 1 : 0;
      now_ = next;
      car.passTime(now_, wall());
      happen(TimePassed{});
    }
    EXPECT_LT(idle_turns, 1000) << "a deadline does not move";
    now_ = end;
  }

 private:
  static constexpr UnixTime kBegin = unixTime(1767225600);  // 2026-01-01

  void happen(const Event& event) {
    Actions actions = fleet_->on(event, now_, wall());
    if (!actions.mutations.empty() && ++batches_ == crash_at_batch) {
      if (crash == Crash::AfterStoring) store(actions);
      restartServer();
      happenAgain(event);
      return;
    }
    if (!actions.mutations.empty()) store(actions);
    for (Effect& effect : actions.effects) {
      if (const auto* message = std::get_if<PublishCommand>(&effect)) {
        to_car_.push_back(*message);
        published.push_back(*message);
      } else {
        effects.push_back(std::move(effect));
      }
    }
  }
  // Nobody got an answer: the broker delivers again, by the new connection, and the client asks again.
  void happenAgain(const Event& event) {
    if (std::holds_alternative<CommandRequested>(event) || std::holds_alternative<CancelRequested>(event))
      happen(event);
    if (const auto* message = std::get_if<MessageReceived>(&event)) {
      MessageReceived again = *message;
      if (again.tcp == 0) again.generation = generation_;
      happen(again);
    }
  }
  void store(const Actions& actions) {
    persistence_.apply(actions.mutations);
    stored.insert(stored.end(), actions.mutations.begin(), actions.mutations.end());
  }

  // Delivers until nobody has anything to say.
  void pump() {
    int messages = 0;
    while (!to_car_.empty() || !car.sent.empty()) {
      if (++messages > 1000) {
        FAIL() << "server and car never stop talking; last: "
               << (to_car_.empty() ? car.sent.front().payload : to_car_.front().payload);
      }
      if (!to_car_.empty()) {
        const PublishCommand message = to_car_.front();
        to_car_.pop_front();
        if (message.tcp == tcp_ && !lost_to_car(message)) car.receive(message.payload, now_, wall());
        continue;
      }
      const FakeCar::Message message = car.sent.front();
      car.sent.pop_front();
      const bool by_broker = tcp_ == 0;
      if (by_broker && message.channel == protocol::Channel::Status) retained_status_ = message.payload;
      if (!lost_to_server(message)) {
        happen(MessageReceived{kCcid, message.channel, message.payload, false, by_broker ? generation_ : 0, tcp_});
      }
    }
  }

  Persistence persistence_;
  Policy policy_;
  std::unique_ptr<Fleet> fleet_;
  std::deque<PublishCommand> to_car_;
  std::string retained_status_;
  Instant now_{};
  std::uint64_t generation_ = 0;
  std::uint64_t tcp_ = 0;  // of the car; 0: it is at the broker
  std::uint64_t connections_ = 0;
  int batches_ = 0;
  int keys_ = 0;
};

}  // namespace smartkar::server::testing
