#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "cli/interrupt.hpp"
#include "conformance/rig.hpp"
#include "server/mqtt/broker_session.hpp"

namespace smartkar::cli {

// Why the whole run cannot go on.
class LiveFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// The user has asked to stop.
class Interrupted : public std::exception {};

// A real car behind a real broker, which this program is the server of. What goes wrong, goes wrong in this program: it
// cannot cut the car's power or turn the clock.
class LiveRig : public conformance::Rig, private server::BrokerSessionListener {
 public:
  struct Settings {
    server::BrokerAddress broker;
    std::string topic_prefix;
    std::string ccid;
  };

  LiveRig(Settings settings, const Interrupt& interrupt, LogSink& log);
  ~LiveRig() override;

  // Waits for the broker. Throws LiveFailure.
  void connect();

  bool supports(conformance::Feature feature) const override { return feature == conformance::Feature::None; }
  std::string_view ccid() const override { return settings_.ccid; }
  LogSink& log() override { return log_; }
  Instant now() const override;
  UnixTime wall() const override;
  Duration patience() const override { return 3min; }

  // Throws Interrupted, and LiveFailure if the broker is lost or another server commands this car.
  std::optional<conformance::Arrival> next(Instant until) override;
  void toCar(std::string_view payload, Duration expiry, bool legacy) override;

  // Rings; nothing else is supported.
  void inflict(conformance::Fault fault, std::int64_t amount) override;
  void stall(Duration) override {}
  void vehicle(conformance::VehicleMood) override {}
  void vehicleTakes(conformance::VehicleStep, Duration) override {}
  void oldCarSession(bool) override {}
  void oldCar(conformance::OldCarMood) override {}
  void heal() override {}

  bool carAwake() const override { return awake_; }
  std::optional<std::vector<conformance::Act>> acts() const override { return std::nullopt; }
  std::optional<protocol::ResponseStatus> journalled(protocol::CommandId) const override { return std::nullopt; }

 private:
  void onUp(bool session_present) override;
  void onDown() override { up_ = false; }
  void onMessage(std::string_view topic, std::string_view payload, bool retained, mqtt::AckToken token) override;
  void onIdle() override {}

  std::string topic(protocol::Channel channel) const;
  void lookForOthers(std::string_view payload);
  void noteStatus(std::string_view payload);
  void check() const;

  const Settings settings_;
  const Interrupt& interrupt_;
  LogSink& log_;
  boost::asio::io_context io_;
  server::BrokerSession session_;
  bool up_ = false;
  bool foreign_server_ = false;
  bool awake_ = false;
  std::multiset<std::string, std::less<>> own_;  // published, and not seen on the command topic yet
  std::deque<conformance::FromCar> arrived_;
};

}  // namespace smartkar::cli
