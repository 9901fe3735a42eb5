#include "test/interop/comparison.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "test/interop/client.hpp"
#include "test/interop/transport.hpp"

namespace smartkar::interop {
namespace {

using Seen = std::vector<std::string>;

// One broker and its clients.
class Side {
 public:
  Side(std::unique_ptr<Transport> transport, std::size_t clients) : transport_(std::move(transport)) {
    for (std::size_t number = 0; number < clients; ++number) clients_.emplace_back(*transport_, number);
  }

  // Does the step and lets everything happen that follows from it. What each client saw.
  std::vector<Seen> run(const Step& step) {
    std::visit([this](const auto& what) { run(what); }, step);
    std::vector<Seen> seen;
    seen.reserve(clients_.size());
    for (Client& client : clients_) seen.push_back(client.takeSeen());
    return seen;
  }

 private:
  template <class ClientStep>
  void run(const ClientStep& step) {
    clients_.at(step.client).act(step);
    settle(step.client);
  }
  void run(const Restart& step) {
    transport_->restart(step.saved);
    for (Client& client : clients_) client.drain();
  }
  void run(const Wait& step) {
    transport_->wait(step.seconds);
    settle(0);
  }

  // A broker handles a connection's packets in order, so an answered PINGREQ means that all before it had its effect,
  // also on others: they are asked after the one that acted.
  void settle(std::size_t first) {
    for (bool settled = false; !settled;) {
      settled = clients_.at(first).settle();
      for (std::size_t number = 0; number < clients_.size(); ++number) {
        if (number != first) settled = clients_[number].settle() && settled;
      }
    }
  }

  std::unique_ptr<Transport> transport_;
  std::deque<Client> clients_;
};

std::string list(const char* broker, const std::vector<Seen>& all) {
  std::string text;
  for (std::size_t client = 0; client < all.size(); ++client) {
    for (const std::string& line : all[client]) {
      text.append(broker).append(" client ").append(std::to_string(client)).append(": ").append(line).append("\n");
    }
  }
  return text;
}

bool takesTime(const Script& script) {
  return std::ranges::any_of(script.steps, [](const Step& step) { return std::holds_alternative<Wait>(step); });
}

}  // namespace

Comparison compare(const Script& script) {
  Side mosquitto(makeMosquitto(script.limits, takesTime(script)), script.clients);
  Side model(makeModel(script.limits), script.clients);
  Comparison result;
  std::string story = "max_inflight_messages " + std::to_string(script.limits.max_inflight_messages) +
                      ", max_queued_messages " + std::to_string(script.limits.max_queued_messages) + "\n";
  for (const Step& step : script.steps) {
    const std::vector<Seen> real = mosquitto.run(step);
    const std::vector<Seen> modelled = model.run(step);
    story.append(describe(step)).append("\n");
    if (real != modelled) {
      result.difference = story + list("Mosquitto", real) + list("model", modelled);
      return result;
    }
    story += list("  both", real);
    ++result.steps;
    for (const Seen& seen : real) result.packets += seen.size();
  }
  return result;
}

}  // namespace smartkar::interop
