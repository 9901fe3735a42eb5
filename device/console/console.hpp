#pragma once

#include <cstddef>
#include <string_view>

#include "base/fixed_string.hpp"
#include "device/app/device_controller.hpp"
#include "device/app/device_settings.hpp"
#include "protocol/line_buffer.hpp"
#include "protocol/setting_text.hpp"

namespace smartkar::device {

// The longest `set` has name and text of at most 24 and 64 bytes.
inline constexpr std::size_t kConsoleLineBytesMax = 128;

// Where the answers go.
class ConsoleOutput {
 public:
  virtual ~ConsoleOutput() = default;
  // line: without its end, valid only during the call.
  virtual void write(std::string_view line) = 0;
};

// A line console for whoever holds the device in hand; the ports connect it to USB or a terminal, never to a link.
// Each line is a command (`help` lists them). The answer is any number of lines, the last of which is `ok` or begins
// with `error: `. A change goes the way of system.configure, with its checks, trial and storage: it counts from the
// next DeviceController::step() on.
class Console {
 public:
  // All must outlive the console.
  Console(DeviceSettings& settings, const DeviceController& controller, ConsoleOutput& output)
      : settings_(settings), controller_(controller), output_(output) {}

  // byte: as it comes from the line; CR and LF both end one. An overlong line is refused whole.
  void take(char byte);

 private:
  using Line = FixedString<kConsoleLineBytesMax + 128>;

  void carryOut(std::string_view line);
  void help();
  void status();
  void getAll();
  void get(std::string_view name);
  void set(std::string_view name, std::string_view value);
  void reset(std::string_view name);
  void finish(const Result<void, Fault>& done);
  void refuse(std::string_view why);
  void writeValue(const protocol::SettingSpec& spec);

  DeviceSettings& settings_;
  const DeviceController& controller_;
  ConsoleOutput& output_;
  protocol::LineBuffer<kConsoleLineBytesMax> line_;
};

}  // namespace smartkar::device
