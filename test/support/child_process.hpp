#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace smartkar::test {

// A program started by a test. Its output is read all the time, line by line, so that it never blocks and a test can
// wait for what it says. Ends with the test, however the test ends.
class ChildProcess {
 public:
  using Lines = std::vector<std::string>;

  // arguments[0]: the program, found in PATH if it has no slash. Output and error output are one stream.
  explicit ChildProcess(std::vector<std::string> arguments);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The first line at or after index `from` for which `wanted` holds, as soon as it was printed; nothing at the
  // deadline or when the program ended without it.
  std::optional<std::string> waitForLine(const std::function<bool(const std::string&)>& wanted,
                                         std::chrono::milliseconds timeout, std::size_t from = 0);
  // The same for a line that contains `text`.
  std::optional<std::string> waitForText(const std::string& text, std::chrono::milliseconds timeout,
                                         std::size_t from = 0);
  // Lines printed so far.
  Lines lines() const;
  std::size_t lineCount() const { return lines().size(); }

  void signal(int number);
  // SIGTERM, or SIGKILL when it does not end in five seconds; then the exit code.
  int stop();
  // SIGKILL.
  void kill();
  // The exit code, 128 + signal number for a killed program; nothing if it still runs at the deadline.
  std::optional<int> waitForExit(std::chrono::milliseconds timeout);
  bool running();
  pid_t pid() const { return pid_; }

 private:
  void readOutput(int fd);

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Lines lines_;
  bool output_ended_ = false;
  std::thread reader_;
};

// Runs a program to its end. Its exit code and its output.
struct Finished {
  int exit_code;
  std::string output;
};
Finished runProgram(std::vector<std::string> arguments, std::chrono::milliseconds timeout = std::chrono::seconds(30));

}  // namespace smartkar::test
