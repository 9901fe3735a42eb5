#pragma once

#include <memory>
#include <string_view>

#include "bench/dialogue/engine.hpp"

namespace smartkar::bench {

// Looks at the wires between processor and modem for one question: was what the car published confirmed to it?
class PublishWatch {
 public:
  virtual ~PublishWatch() = default;

  // What the processor sent: a command line, or a piece of its data.
  virtual void onInput(std::string_view bytes) = 0;
  virtual void onOutput(std::string_view bytes) = 0;

  // Since the beginning.
  int confirmed() const { return confirmed_; }
  // One is under way.
  bool pending() const { return pending_; }

 protected:
  void begin() { pending_ = true; }
  void confirm() {
    if (pending_) ++confirmed_;
    pending_ = false;
  }

 private:
  int confirmed_ = 0;
  bool pending_ = false;
};

// What counts as confirmed: with the modem's MQTT client its OK, which it gives when the broker has acknowledged; with
// ours the broker's PUBACK, once the processor has read it; over TCP, where only the server's next sync acknowledges
// anything, the modem's OK: its stack took the whole line.
std::unique_ptr<PublishWatch> makePublishWatch(Engine engine);

}  // namespace smartkar::bench
