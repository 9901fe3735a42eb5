#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/fleet.hpp"
#include "server/store/store.hpp"
#include "sim/server_link.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// The server's end of the cars' own connections.
class CarGate {
 public:
  virtual ~CarGate() = default;
  // A message for the car, by the connection with this number, if it is still there.
  virtual void write(std::uint64_t connection, std::string_view payload) = 0;
  virtual void closeAll() = 0;
};

struct SimServerSettings {
  modem_sim::Endpoint broker;
  // Opens what outlives the process; called at each start. Its failure lets the process end again.
  std::function<server::StoreResult<std::unique_ptr<server::Store>>()> open_store;
};

// The server process: the real core, the real store, and what server/app does between them and the broker. It commits
// in groups, and only then acknowledges, answers and publishes. A commit that fails for good ends it, and whatever ends
// it, it is started again a few seconds later.
class SimServer : public Actor, private ServerLinkListener {
 public:
  // time, network: outlive this. Not running.
  SimServer(VirtualTime& time, VirtualNetwork& network, SimServerSettings settings);
  ~SimServer() override;

  void start();
  // kill -9. down: until it is started again.
  void kill(Duration down);
  bool running() const { return process_ != nullptr; }
  // How often it was started.
  int starts() const { return starts_; }

  // Sets the server's clock. From now on it is so much ahead of the true time.
  void setClockAhead(std::chrono::seconds ahead) { ahead_ = ahead; }
  UnixTime wall() const { return time_.wall() + ahead_; }

  // The API. A request that the process did not live to answer has no answer: asked again with the same key it is the
  // same request.
  using CommandAnswer = std::function<void(const server::Effect& accepted_or_refused)>;
  // token: chosen here. False: nobody listens.
  bool request(server::CommandRequested request, CommandAnswer answer);
  bool cancel(server::CancelRequested request, CommandAnswer answer);
  // As stored; nothing: not known, or nobody listens.
  std::optional<server::CommandRecord> command(std::string_view ccid, server::CommandId id);
  // The latest first.
  std::vector<server::CommandRecord> commands(std::string_view ccid);
  // What is said now; nothing: never heard of, or nobody listens.
  std::optional<server::DeviceRecord> device(std::string_view ccid) const;
  // Live views: everything that takes place once it is stored. May not call back.
  std::function<void(const server::Effect& effect)> on_effect = [](const server::Effect&) {};

  // gate: by which this car has connections of its own; outlives this.
  void attach(std::string_view ccid, CarGate& gate) { gates_[std::string(ccid)] = &gate; }
  // What the gate has to tell: MessageReceived and TcpDown.
  void tell(const server::Event& event);

  void run(Instant now) override;
  Instant nextDeadline() const override;

 private:
  struct Process;
  // What follows once the group is stored.
  struct Step {
    std::vector<server::Effect> effects;
    Instant decided{};
    std::function<void()> stored;
  };
  struct Group {
    std::vector<server::Mutation> mutations;
    std::vector<Step> steps;
  };

  void onUp(ServerLink& link, bool session_present) override;
  void onDown(ServerLink& link) override;
  void onMessage(ServerLink& link, const Arrived& arrived) override;

  void feed(const server::Event& event, std::function<void()> stored = {});
  void commit();
  void perform(const Step& step);
  void perform(const server::Effect& effect);
  void publish(const server::PublishCommand& command);
  template <class Request>
  bool ask(Request request, CommandAnswer answer);

  VirtualTime& time_;
  const SimServerSettings settings_;
  ServerLink control_;
  ServerLink bulk_;
  std::map<std::string, CarGate*, std::less<>> gates_;
  std::chrono::seconds ahead_{0};
  std::unique_ptr<Process> process_;  // nullptr: it does not run
  Instant starts_at_ = kNever;
  int starts_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t last_token_ = 0;
};

}  // namespace smartkar::sim
