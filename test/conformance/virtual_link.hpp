#pragma once

#include <functional>
#include <string>

#include "device/app/modem_port.hpp"
#include "device/link/link_chooser.hpp"
#include "device/link/server_link.hpp"
#include "test/conformance/power.hpp"

namespace smartkar::conformance {

// Modem and link of the car in memory. It stays connected while the car's processor sleeps, as the modem does.
class VirtualLink : public device::ServerLink, public device::LinkChooser, public device::ModemPort {
 public:
  explicit VirtualLink(const Power& power) : power_(power) {}

  using Done = Result<void, device::LinkError>;
  Task<Done> open() override {
    adopted_ = up_;
    const bool works = power_.on && within_reach;
    if (works && !up_) on_connect(will_);
    up_ = works;
    co_return answer(works, device::LinkError::Timeout);
  }
  Task<Done> publish(protocol::Channel channel, std::string_view payload, bool) override {
    const bool works = power_.on && up_ && within_reach;
    if (works) on_publish(channel, payload);
    co_return answer(works, up_ ? device::LinkError::Timeout : device::LinkError::Down);
  }
  Task<Done> receive() override { co_return answer(up_, device::LinkError::Down); }
  bool suspend() override { return true; }
  Task<Done> close() override {
    if (power_.on && up_ && within_reach) on_close();
    up_ = false;
    co_return Done();
  }
  bool up() const override { return up_; }
  void setKeepAlive(std::chrono::seconds) override {}
  void setWill(std::string_view payload) override { will_ = payload; }
  bool adopted() const override { return adopted_; }
  bool secured() const override { return true; }
  std::string_view name() const override { return "mqtt"; }

  bool wishFor(std::string_view name) override { return name == "auto" || name == "mqtt"; }
  std::string_view wished() const override { return "auto"; }
  std::string_view chosen() const override { return "mqtt"; }
  bool changeDue() const override { return false; }
  void change() override {}

  void poll(Instant) override {}
  Instant nextDeadline() const override { return kNever; }
  Task<bool> prepareForSleep() override { co_return true; }
  Task<void> powerDown() override {
    const auto closed = co_await close();
    static_cast<void>(closed.ok());
  }
  void cutPower() override { lose(); }
  bool quiet() override { return true; }
  Task<std::uint32_t> network() override { co_return 1; }
  Task<std::optional<int>> signal() override { co_return std::nullopt; }
  Task<device::SimNumber> simNumber() override { co_return device::SimNumber(); }
  bool ringing() const override { return false; }
  void onContact() override {}
  void onSilence() override {}
  bool connected() const override { return true; }
  std::string_view stateName() const override { return "connected"; }

  // The connection is gone, and the modem knows.
  void lose() { up_ = false; }
  Arena& arena() { return arena_; }

  bool within_reach = true;
  std::function<void(const std::string& will)> on_connect;
  std::function<void(protocol::Channel, std::string_view)> on_publish;
  std::function<void()> on_close;

 private:
  static Done answer(bool ok, device::LinkError error) {
    if (ok) return {};
    return Failure{error};
  }

  const Power& power_;
  FixedArena<4096> arena_;
  bool up_ = false;
  bool adopted_ = false;
  std::string will_;
};

}  // namespace smartkar::conformance
