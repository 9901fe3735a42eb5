// Feeds arbitrary bytes to an engine with commands of every kind running: nothing may crash, hang or leave it unusable.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/arena.hpp"
#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "base/task.hpp"
#include "device/at/at_engine.hpp"

namespace smartkar::device {
namespace {

class FuzzedUart : public Uart {
 public:
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min(into.size(), available.size());
    std::copy_n(available.begin(), count, into.begin());
    available = available.subspan(count);
    return count;
  }
  std::size_t write(std::span<const std::uint8_t> bytes) override { return bytes.size(); }
  std::span<const std::uint8_t> available;
};

struct BoundedHandler : UrcHandler {
  void onUrc(std::string_view line) override {
    if (line.size() > kAtLineBytesMax) std::abort();
  }
};

class Dialogue {
 public:
  explicit Dialogue(AtEngine& at) : at_(at) {}
  Arena& arena() { return arena_; }
  Task<void> talk() {
    const std::array<AtCommand, 6> commands = {{
        {.line = "AT+CNACT?", .timeout = 3s},
        {.line = "AT+SMPUB=\"t\",4,1,0", .timeout = 3s, .data = "data", .prompt = AtPrompt::Angle},
        {.line = "AT+CFSWFILE=3,\"f\",0,4,5000", .timeout = 3s, .data = "file", .prompt = AtPrompt::Download},
        {.line = "AT+CCID", .timeout = 3s, .bare_lines = true},
        {.line = "AT+CARECV=0,64", .timeout = 3s, .block = AtBlock::Raw, .into = buffer_},
        {.line = "AT+CARECV=0,64", .timeout = 3s, .block = AtBlock::Hex, .into = buffer_},
    }};
    for (std::size_t turn = 0;; ++turn) {
      const auto answer = co_await at_.run(commands[turn % commands.size()]);
      if (!answer.ok()) {
        at_.acceptRestart();
        co_await Pause{at_, *this};
      }
    }
  }
  Scheduler* scheduler = nullptr;

 private:
  struct Pause {
    Pause(AtEngine&, Dialogue& dialogue) : sleep(dialogue.scheduler->sleep(10ms)) {}
    bool await_ready() const { return sleep.await_ready(); }
    void await_suspend(std::coroutine_handle<> handle) { sleep.await_suspend(handle); }
    void await_resume() const {}
    Scheduler::Sleep sleep;
  };
  AtEngine& at_;
  std::array<std::uint8_t, 64> buffer_{};
  FixedArena<4096> arena_;
};

}  // namespace
}  // namespace smartkar::device

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar;
  using namespace smartkar::device;
  FuzzedUart uart;
  NullLogSink log;
  Scheduler scheduler;
  AtEngine at(uart, scheduler, log);
  BoundedHandler handler;
  at.onUrc("+SMSUB:", handler);
  at.expectBoot(Instant{} + 1s, Instant{} + 2s);
  Dialogue dialogue(at);
  dialogue.scheduler = &scheduler;
  Task<void> task = dialogue.talk();
  task.start();
  std::span<const std::uint8_t> input(data, size);
  Instant now{};
  while (!input.empty()) {
    const std::size_t count = std::min<std::size_t>(1 + input[0] % 32, input.size());
    uart.available = input.first(count);
    input = input.subspan(count);
    now += count % 5 == 0 ? 1500ms : 20ms;
    at.poll(now);
    scheduler.run(now);
  }
  return 0;
}
