#include "modem_sim/program/simulator.hpp"

#include <algorithm>
#include <chrono>

namespace smartkar::modem_sim {
namespace {

// A host that opens the terminal causes no event on our side: looked at so often.
constexpr int kAbsentHostPollMs = 5;

std::string riText(bool high) { return high ? "ri high" : "ri low"; }

}  // namespace

Simulator::Simulator(const SimulatorOptions& options, Pty pty, ControlServer control)
    : pty_(std::move(pty)),
      control_(std::move(control)),
      log_(options.log ? stderr : nullptr),
      modem_(
          [&options] {
            Config config = options.modem;
            const auto wall = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
            config.network_time = wall - std::chrono::floor<std::chrono::seconds>(now().time_since_epoch());
            return config;
          }(),
          network_, *this, options.seed) {
  updateHost();
  if (options.powered) {
    modem_.powerUpNow(now());
  } else {
    modem_.setVbat(true, now());
  }
}

// Counts from the start of the program, so that logs begin at zero.
Instant Simulator::now() {
  static const auto start = std::chrono::steady_clock::now();
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start)};
}

void Simulator::onUart(std::string_view bytes) {
  log_.fromModem(bytes, now());
  pty_.write(bytes);
}

void Simulator::onUartLost(std::string_view bytes) { log_.lost(bytes, now()); }

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

int Simulator::timeout() const {
  if (network_.pending()) return 0;
  const Instant deadline = modem_.nextDeadline();
  constexpr std::int64_t kLongest = 60'000;
  const std::int64_t until_modem =
      deadline == kNever ? kLongest
                         : std::clamp(wholeMilliseconds(deadline - now() + 999us), std::int64_t{0}, kLongest);
  return static_cast<int>(host_present_ ? until_modem : std::min<std::int64_t>(until_modem, kAbsentHostPollMs));
}

void Simulator::run(int stop_fd) {
  for (;;) {
    std::vector<pollfd> polled{{stop_fd, POLLIN, 0}};
    if (host_present_) polled.push_back({pty_.fd(), POLLIN, 0});
    control_.addTo(polled);
    network_.addTo(polled);
    ::poll(polled.data(), polled.size(), timeout());
    if (polled.front().revents != 0) break;
    handle(polled);
  }
  log_.note("power " + chargeJson(modem_.charge(now())), now());
}

void Simulator::handle(const std::vector<pollfd>& polled) {
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
