#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "modem_sim/modem.hpp"

namespace {

using namespace smartkar;
using namespace smartkar::modem_sim;

// Peers that accept everybody and say what the input has for them.
class Peers : public Network {
 public:
  void setListener(NetworkListener& listener) override { listener_ = &listener; }
  ConnectionId open(const Endpoint&) override {
    opening_.insert(++last_);
    return last_;
  }
  void send(ConnectionId, std::string_view) override {}
  std::string receive(ConnectionId, std::size_t max) override {
    std::string bytes = unread_.substr(0, max);
    unread_.erase(0, bytes.size());
    return bytes;
  }
  std::string address(ConnectionId) const override { return "192.0.2.1"; }
  void close(ConnectionId id) override { forget(id); }
  void abandon(ConnectionId id) override { forget(id); }

  void deliver() {
    for (const ConnectionId id : std::exchange(opening_, {})) {
      open_.insert(id);
      listener_->onOpened(id);
    }
  }
  void say(std::string_view bytes) {
    unread_ += bytes;
    for (const ConnectionId id : std::set(open_)) {
      if (open_.contains(id)) listener_->onReadable(id);
    }
  }
  void hangUp() {
    for (const ConnectionId id : std::exchange(open_, {})) listener_->onClosed(id);
  }

 private:
  void forget(ConnectionId id) {
    opening_.erase(id);
    open_.erase(id);
  }

  NetworkListener* listener_ = nullptr;
  ConnectionId last_ = 0;
  std::set<ConnectionId> opening_;
  std::set<ConnectionId> open_;
  std::string unread_;
};

class Bench : public Host {
 public:
  Bench() : modem_(quickConfig(), peers_, *this, 1) { modem_.powerUpNow(now_); }

  // Bytes for the UART; after a 0 comes a byte that does something else.
  void play(std::string_view input) {
    while (!input.empty()) {
      const std::string_view bytes = input.substr(0, input.find('\0'));
      modem_.uartIn(bytes, now_);
      input.remove_prefix(bytes.size());
      if (input.size() < 2) return;
      const auto action = static_cast<unsigned char>(input[1]);
      input.remove_prefix(2);
      act(action, input);
    }
  }

  // True if the modem still answers a host that does what a careful one does: supply, pins, patience, rate.
  bool answersAfterResync() {
    modem_.setVbat(true, now_);
    modem_.setPowerKey(false, now_);
    modem_.setDtr(false, now_);
    modem_.setHostAwake(true, now_);
    advance(5min);  // every command has ended, or waits for its data for ever
    if (modem_.state().power != "running") {
      modem_.setPowerKey(true, now_);
      advance(1100ms);
      modem_.setPowerKey(false, now_);
      advance(10s);
    }
    constexpr std::array<int, 18> kRates = {115200,  300,     600,     1200,    2400,    4800,
                                            9600,    19200,   38400,   57600,   230400,  921600,
                                            2000000, 2900000, 3000000, 3200000, 3686400, 4000000};
    return std::any_of(kRates.begin(), kRates.end(), [this](int rate) {
      modem_.timing().baud = rate;
      return answers();
    });
  }

 private:
  static Config quickConfig() {
    Config config;
    config.timing = Timing::fast();
    return config;
  }

  void onUart(std::string_view bytes) override { heard_ += bytes; }
  void onRi(bool) override {}

  void advance(Duration duration) {
    const Instant end = now_ + duration;
    int rounds = 0;  // without time passing
    for (;;) {
      peers_.deliver();
      const Instant next = modem_.nextDeadline();
      if (next > end) break;
      rounds = next > now_ ? 0 : rounds + 1;
      SK_ASSERT(rounds < 10000);
      now_ = std::max(now_, next);
      modem_.run(now_);
    }
    now_ = end;
    modem_.run(now_);
  }

  void act(unsigned action, std::string_view& input) {
    constexpr std::array<Duration, 4> kSteps = {10ms, 300ms, 3s, 100s};
    const bool on = (action & 16U) != 0;
    switch (action & 15U) {
      case 0:
      case 1:
      case 2:
      case 3:
        return advance(kSteps[action & 3U]);
      case 4:
        return modem_.setDtr(on, now_);
      case 5:
        return modem_.setPowerKey(on, now_);
      case 6:
        return modem_.setVbat(on, now_);
      case 7:
        return modem_.setHostAwake(on, now_);
      case 8:
        return modem_.setCoverage(on, now_);
      case 9:
        return modem_.dropNat(now_);
      case 10:
        return modem_.dropPdp(now_);
      case 11:
        return modem_.brownOut(now_);
      case 12:
        return peers_.hangUp();
      case 13:
        return modem_.receiveSms("+4790000000", take(input), now_);
      default:
        return peers_.say(take(input));
    }
  }

  // A length and so many bytes.
  static std::string_view take(std::string_view& input) {
    if (input.empty()) return {};
    const std::string_view bytes = input.substr(1, static_cast<unsigned char>(input.front()));
    input.remove_prefix(1 + bytes.size());
    return bytes;
  }

  bool answers() {
    modem_.uartIn("\x1b\r", now_);  // leaves SMS input
    advance(1s);
    modem_.uartIn("ATE0Q0V1\r", now_);
    advance(1s);
    heard_.clear();
    modem_.uartIn("AT\r", now_);
    advance(1s);
    return heard_.find("\r\nOK\r\n") != std::string::npos;
  }

  Instant now_{};
  Peers peers_;
  std::string heard_;
  Modem modem_;
};

}  // namespace

// Whatever comes in on UART, pins and network, the modem answers "AT" afterwards.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bench bench;
  bench.play({reinterpret_cast<const char*>(data), size});
  SK_ASSERT(bench.answersAfterResync());
  return 0;
}
