#include "test/support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace smartkar::test {
namespace {

// For what a program that has ended had printed.
constexpr std::chrono::seconds kLastWords{1};

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> arguments) {
  std::array<int, 2> pipe_fds{};
  if (pipe2(pipe_fds.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for " + arguments[0]);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no process for " + arguments[0]);
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(pipe_fds[1], STDOUT_FILENO);
    dup2(pipe_fds[1], STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(pipe_fds[1]);
  reader_ = std::thread([this, fd = pipe_fds[0]] { readOutput(fd); });
}

ChildProcess::~ChildProcess() {
  if (running()) stop();
  if (reader_.joinable()) reader_.join();
}

void ChildProcess::readOutput(int fd) {
  std::array<char, 4096> buffer{};
  std::string partial;
  for (ssize_t count = 0; (count = read(fd, buffer.data(), buffer.size())) > 0;) {
    const std::lock_guard lock(mutex_);
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
      if (c != '\n') {
        partial += c;
        continue;
      }
      lines_.push_back(std::move(partial));
      partial.clear();
    }
    changed_.notify_all();
  }
  close(fd);
  const std::lock_guard lock(mutex_);
  if (!partial.empty()) lines_.push_back(partial);
  output_ended_ = true;
  changed_.notify_all();
}

std::optional<std::string> ChildProcess::waitForLine(const std::function<bool(const std::string&)>& wanted,
                                                     std::chrono::milliseconds timeout, std::size_t from) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  for (;;) {
    for (; from < lines_.size(); ++from) {
      if (wanted(lines_[from])) return lines_[from];
    }
    if (output_ended_ || changed_.wait_until(lock, deadline) == std::cv_status::timeout) return std::nullopt;
  }
}

std::optional<std::string> ChildProcess::waitForText(const std::string& text, std::chrono::milliseconds timeout,
                                                     std::size_t from) {
  return waitForLine([&](const std::string& line) { return line.find(text) != std::string::npos; }, timeout, from);
}

ChildProcess::Lines ChildProcess::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

void ChildProcess::signal(int number) {
  if (running()) ::kill(pid_, number);
}

int ChildProcess::stop() {
  signal(SIGTERM);
  if (!waitForExit(std::chrono::seconds(5))) kill();
  return *exit_code_;
}

void ChildProcess::kill() {
  signal(SIGKILL);
  waitForExit(std::chrono::seconds(10));
}

std::optional<int> ChildProcess::waitForExit(std::chrono::milliseconds timeout) {
  // The program's end closes its output, unless grandchildren keep it open.
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (running()) {
    std::unique_lock lock(mutex_);
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    changed_.wait_for(lock, std::chrono::milliseconds(5));
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLastWords, [this] { return output_ended_; });
  return exit_code_;
}

bool ChildProcess::running() {
  if (exit_code_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

Finished runProgram(std::vector<std::string> arguments, std::chrono::milliseconds timeout) {
  ChildProcess process(std::move(arguments));
  const auto exit_code = process.waitForExit(timeout);
  if (!exit_code) process.kill();
  // Everything printed was read when the output ended.
  process.waitForLine([](const std::string&) { return false; }, std::chrono::seconds(5));
  std::string output;
  for (const auto& line : process.lines()) output += line + "\n";
  return {exit_code.value_or(-1), output};
}

}  // namespace smartkar::test
