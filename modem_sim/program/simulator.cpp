#include "modem_sim/program/simulator.hpp"

#include <algorithm>
#include <chrono>

namespace smartkar::modem_sim {
namespace {

std::string riText(bool high) { return high ? "ri high" : "ri low"; }

}  // namespace

Simulator::Simulator(const SimulatorOptions& options, Pty pty, Pty nmea, ControlServer control)
    : pty_(std::move(pty)),
      nmea_(std::move(nmea)),
      control_(std::move(control)),
      network_(options.redirections),
      log_(options.log ? stderr : nullptr),
      modem_(options.modem, network_, *this, options.seed) {
  updateHost();
  if (options.powered) {
    modem_.powerUpNow(now());
  } else {
    modem_.setVbat(true, now());
  }
}

void Simulator::onUart(std::string_view bytes) {
  log_.fromModem(bytes, now());
  pty_.write(bytes);
}

void Simulator::onUartLost(std::string_view bytes) { log_.lost(bytes, now()); }

void Simulator::onNmea(std::string_view sentences) {
  if (nmea_.hostPresent()) nmea_.write(sentences);
}

void Simulator::onRi(bool high) {
  log_.note(riText(high), now());
  control_.tellAll(riText(high));
}

void Simulator::onSmsSent(std::string_view number, std::string_view text) {
  std::string line = "sms " + std::string(number) + " " + std::string(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  log_.note(line, now());
  control_.tellAll(line);
}

void Simulator::setHostAsleep(bool asleep) {
  host_asleep_ = asleep;
  modem_.setHostAwake(host_present_ && !host_asleep_, now());
}

void Simulator::updateHost() {
  const bool present = pty_.hostPresent();
  if (present != host_present_ && !present) pty_.flush();
  host_present_ = present;
  modem_.setHostAwake(host_present_ && !host_asleep_, now());
}

std::vector<pollfd> Simulator::wanted() const {
  std::vector<pollfd> polled;
  if (host_present_) polled.push_back({pty_.fd(), POLLIN, 0});
  control_.addTo(polled);
  network_.addTo(polled);
  return polled;
}

Instant Simulator::deadline() const { return network_.pending() ? now() : modem_.nextDeadline(); }

void Simulator::turn(const std::vector<pollfd>& polled) {
  modem_.run(now());
  control_.handle(
      polled,
      [this](std::string_view line) {
        if (line != "state") log_.note(line, now());
        return runControlCommand(modem_, *this, line, now());
      },
      [this] { return riText(modem_.ri()); });
  const std::string typed = pty_.read();
  updateHost();
  if (!typed.empty()) {
    log_.fromHost(typed, now());
    modem_.uartIn(typed, now());
  }
  modem_.run(now());
  network_.handle(polled);
  modem_.run(now());
}

}  // namespace smartkar::modem_sim
