#include <chrono>
#include <limits>
#include <set>
#include <stdexcept>

#include "sim/broker.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"
#include "test/interop/script.hpp"
#include "test/interop/transport.hpp"

namespace smartkar::interop {
namespace {

constexpr const char* kHost = "broker";
constexpr std::uint16_t kPort = 1883;

// Nothing takes time, so none passes but by wait().
constexpr sim::NetworkSettings kImmediate{.latency_min = Duration(0), .latency_max = Duration(0)};

class ModelTransport : public Transport, private modem_sim::NetworkListener {
 public:
  explicit ModelTransport(const sim::BrokerLimits& limits) : broker_(time_, network_, limits) {
    network_.serve(kHost, kPort, broker_);
    time_.add(broker_);
    access_.setListener(*this);
    broker_.setAccess([](sim::Broker::Access access, std::string_view, std::string_view topic) {
      return access == sim::Broker::Access::Read ? mayRead(topic) : mayWrite(topic);
    });
    broker_.setKeptAfterRestart([](std::string_view, std::string_view topic) { return allowedByPattern(topic); });
    time_.runFor(std::chrono::milliseconds(250));  // makeMosquitto() says why
  }

  Id open() override { return access_.open({kHost, kPort, std::nullopt}); }
  void send(Id id, std::string_view bytes) override { access_.send(id, bytes); }
  std::string receive(Id id) override {
    std::string bytes;
    const auto arrived = [&] {
      bytes = access_.receive(id, std::numeric_limits<std::size_t>::max());
      return !bytes.empty() || closed_.contains(id);
    };
    if (!time_.runUntil(arrived, Duration(0))) throw std::runtime_error("the model does not answer");
    return bytes;
  }
  // What is under way to the client still arrives, as with a socket closed in one direction; the network has only whole
  // ones.
  void hangUp(Id id) override {
    access_.close(id);
    closed_.insert(id);
    time_.runFor(Duration(0));
  }

  void restart(bool saved) override { broker_.restart(saved); }
  void wait(int seconds) override { time_.runFor(std::chrono::seconds(seconds)); }

 private:
  void onOpened(modem_sim::ConnectionId) override {}
  void onOpenFailed(modem_sim::ConnectionId, modem_sim::OpenError) override {}
  void onReadable(modem_sim::ConnectionId) override {}
  void onClosed(modem_sim::ConnectionId id) override { closed_.insert(id); }

  sim::VirtualTime time_;
  sim::VirtualNetwork network_{time_, 1, kImmediate};
  sim::Broker broker_;
  sim::ModemNetwork access_{network_};
  std::set<modem_sim::ConnectionId> closed_;
};

}  // namespace

std::unique_ptr<Transport> makeModel(const sim::BrokerLimits& limits) {
  return std::make_unique<ModelTransport>(limits);
}

}  // namespace smartkar::interop
