#pragma once

#include <array>
#include <string_view>

#include "device/console/console.hpp"

namespace smartkar::ports {

// Connects the device's console to two open files: standard input and output of the program.
class ConsolePort : public device::ConsoleOutput {
 public:
  // input, output: open as long as this lives; -1 for none. From now on a reader that goes away does not end the
  // program.
  ConsolePort(int input, int output);

  // Something to poll; -1: there is nothing more to come.
  int descriptor() const { return input_; }
  // What came, at most one piece; valid until the next call. Never waits.
  std::string_view read();
  void write(std::string_view line) override;

 private:
  int input_;
  int output_;
  std::array<char, 256> bytes_;
};

}  // namespace smartkar::ports
