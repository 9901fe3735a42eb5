#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "modem_sim/control_commands.hpp"
#include "modem_sim/transcript/host_script.hpp"
#include "sim/virtual_network.hpp"

namespace smartkar::sim {

// A modem without a car, with the wires that a transcript is played on.
class SimModem : public Actor, public modem_sim::Wires, private modem_sim::Host, private modem_sim::HostSwitch {
 public:
  // time, network: outlive this.
  SimModem(VirtualTime& time, VirtualNetwork& network, const modem_sim::Config& config, std::uint64_t seed)
      : time_(time), access_(network), modem_(config, access_, *this, seed) {
    time.add(*this);
  }

  modem_sim::Modem& modem() { return modem_; }
  // hears: takes what the modem says from now on.
  void listen(std::function<void(std::string_view bytes)> hears) { hears_ = std::move(hears); }

  void send(std::string_view bytes) override { modem_.uartIn(bytes, time_.now()); }
  void control(std::string_view command) override {
    const std::string answer = modem_sim::runControlCommand(modem_, *this, command, time_.now());
    SK_ASSERT(answer == "ok");
  }
  void run(Instant now) override { modem_.run(now); }
  Instant nextDeadline() const override { return modem_.nextDeadline(); }

 private:
  void onUart(std::string_view bytes) override { hears_(bytes); }
  void onRi(bool) override {}
  void setHostAsleep(bool asleep) override { modem_.setHostAwake(!asleep, time_.now()); }

  VirtualTime& time_;
  ModemNetwork access_;
  std::function<void(std::string_view bytes)> hears_ = [](std::string_view) {};
  modem_sim::Modem modem_;
};

// …with a script for a host, and supply from the start.
class ScriptedSimModem : public Actor {
 public:
  // time, network: outlive this.
  ScriptedSimModem(VirtualTime& time, VirtualNetwork& network, std::uint64_t seed, modem_sim::Transcript script)
      : modem_(time, network, {}, seed), script_(std::move(script), modem_, time.now()) {
    modem_.listen([this, &time](std::string_view bytes) { script_.received(bytes, time.now()); });
    modem_.modem().setVbat(true, time.now());
    time.add(*this);
  }

  modem_sim::Modem& modem() { return modem_.modem(); }
  const modem_sim::HostScript& script() const { return script_; }

  void run(Instant now) override { script_.run(now); }
  Instant nextDeadline() const override { return script_.nextDeadline(); }

 private:
  SimModem modem_;
  modem_sim::HostScript script_;
};

}  // namespace smartkar::sim
