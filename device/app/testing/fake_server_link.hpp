#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/arena.hpp"
#include "base/scheduler.hpp"
#include "device/app/modem_port.hpp"
#include "device/app/testing/heap_guard.hpp"
#include "device/link/link_chooser.hpp"
#include "device/link/server_link.hpp"

namespace smartkar::device {

struct Published {
  protocol::Channel channel;
  std::string payload;
  bool retain;
};

// Link and modem in memory: what is published goes to the test, which answers as broker and server.
class FakeServerLink : public ServerLink, public LinkChooser, public ModemPort {
 public:
  Task<Result<void, LinkError>> open() override {
    ++opens;
    if (open_takes > 0s) co_await rest_time->sleep(open_takes);
    was_adopted = up_;
    if (reachable) up_ = true;
    co_return answer(reachable, LinkError::Timeout);
  }
  Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) override {
    if (up_) {
      const HeapPause pause;
      published.push_back({channel, std::string(payload), retain});
      if (on_publish) on_publish(published.back());
    }
    co_return answer(up_, LinkError::Down);
  }
  Task<Result<void, LinkError>> receive() override {
    ++receives;
    co_return answer(up_, LinkError::Down);
  }
  bool suspend() override { return true; }
  Task<Result<void, LinkError>> close() override {
    ++closes;
    if (rest_time) co_await rest_time->sleep(200ms);
    up_ = false;
    co_return answer(true, LinkError::Down);
  }
  bool up() const override { return up_; }
  void setKeepAlive(std::chrono::seconds interval) override { keep_alive = interval; }
  void setWill(std::string_view payload) override { will.assign(payload.data(), payload.size()); }
  bool adopted() const override { return was_adopted; }
  bool secured() const override { return is_secured; }
  std::string_view name() const override { return "mqtt"; }

  bool wishFor(std::string_view name) override {
    if (name != "tcp") return false;
    change_due = true;
    return true;
  }
  std::string_view wished() const override { return change_due ? "tcp" : "auto"; }
  std::string_view chosen() const override { return change_due ? "tcp" : "mqtt"; }
  bool changeDue() const override { return change_due; }
  void change() override { change_due = false; }

  void poll(Instant) override {}
  Instant nextDeadline() const override { return kNever; }
  Task<bool> prepareForSleep() override {
    if (while_resting) {
      const HeapPause pause;
      std::exchange(while_resting, nullptr)();
    }
    // What came so far is taken before the modem is at rest.
    if (rest_time) co_await rest_time->sleep(rest_takes);
    co_return true;
  }
  Task<void> powerDown() override {
    ++power_downs;
    up_ = false;
    if (rest_time) co_await rest_time->sleep(200ms);
  }
  void cutPower() override {
    ++power_cuts;
    up_ = false;
  }
  bool quiet() override { return is_quiet; }
  Task<std::uint32_t> network() override { co_return network_key; }
  Task<std::optional<int>> signal() override { co_return signal_dbm; }
  Task<SimNumber> simNumber() override {
    ++sim_questions;
    co_return sim_number;
  }
  bool ringing() const override { return is_ringing; }
  void onContact() override { ++contacts; }
  void onSilence() override { ++silences; }
  bool connected() const override { return true; }
  std::string_view stateName() const override { return "connected"; }

  void breakLink() { up_ = false; }
  Arena& arena() { return arena_; }

  bool reachable = true;
  bool is_quiet = true;
  bool is_ringing = false;
  bool is_secured = true;
  std::chrono::seconds keep_alive{};
  std::uint32_t network_key = 1;
  std::optional<int> signal_dbm;
  SimNumber sim_number;
  int sim_questions = 0;
  bool change_due = false;
  int opens = 0;
  int closes = 0;
  int receives = 0;
  int power_downs = 0;
  int power_cuts = 0;
  int contacts = 0;
  int silences = 0;
  std::vector<Published> published;
  std::string will = std::string(200, ' ');
  std::function<void(const Published&)> on_publish;
  std::function<void()> while_resting;
  Duration open_takes{};           // needs rest_time
  Duration rest_takes = 200ms;     // also
  Scheduler* rest_time = nullptr;  // nullptr: the modem closes and is at rest at once

 private:
  static Result<void, LinkError> answer(bool ok, LinkError error) {
    if (ok) return {};
    return Failure{error};
  }

  FixedArena<4096> arena_;
  bool up_ = false;
  bool was_adopted = false;
};

}  // namespace smartkar::device
