#include "sim/program/player.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "sim/program/result_text.hpp"

namespace smartkar::sim {
namespace {

// A run of nine cars and a week takes less than a minute, under a sanitizer some more.
constexpr std::int64_t kLongestRunMs = 600'000;

std::int64_t monotonicMs() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "smartkar-sim: %s: %s\n", what, std::strerror(errno));
  std::exit(3);
}

[[noreturn]] void playAndTell(const CampaignSettings& settings, int output) {
  const std::string text = resultText(play(settings));
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t count = write(output, text.data() + written, text.size() - written);
    if (count <= 0) std::_Exit(1);
    written += static_cast<std::size_t>(count);
  }
  std::_Exit(0);
}

}  // namespace

Player::~Player() { giveUp(); }

void Player::play(const std::vector<CampaignSettings>& runs, const Take& take) {
  auto waiting = runs.begin();
  while (waiting != runs.end() || !children_.empty()) {
    while (waiting != runs.end() && children_.size() < jobs_) start(*waiting++);
    const auto [settings, result] = next();
    if (!take(settings, result)) return giveUp();
  }
}

CampaignResult Player::play(const CampaignSettings& run) {
  CampaignResult result;
  play({run}, [&](const CampaignSettings&, const CampaignResult& got) {
    result = got;
    return true;
  });
  return result;
}

void Player::start(const CampaignSettings& settings) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) fail("pipe");
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    close(ends[0]);
    playAndTell(settings, ends[1]);
  }
  close(ends[1]);
  children_[pid] = {settings, ends[0], {}, monotonicMs()};
}

std::pair<CampaignSettings, CampaignResult> Player::next() {
  for (;;) {
    std::vector<pollfd> polled;
    std::vector<pid_t> pids;
    for (const auto& [pid, child] : children_) {
      polled.push_back({child.output, POLLIN, 0});
      pids.push_back(pid);
      if (monotonicMs() - child.started_ms > kLongestRunMs) kill(pid, SIGKILL);
    }
    constexpr int kLookEveryMs = 1000;
    if (poll(polled.data(), polled.size(), kLookEveryMs) < 0 && errno != EINTR) fail("poll");
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      Child& child = children_[pids[i]];
      std::array<char, 65536> bytes{};
      const ssize_t count = read(child.output, bytes.data(), bytes.size());
      if (count > 0) {
        child.text.append(bytes.data(), static_cast<std::size_t>(count));
        continue;
      }
      close(child.output);
      int status = 0;
      waitpid(pids[i], &status, 0);
      auto ended = children_.extract(pids[i]);
      const CampaignResult result = resultOf(ended.mapped(), status);
      return {ended.mapped().settings, result};
    }
  }
}

CampaignResult Player::resultOf(const Child& child, int status) {
  if (auto result = resultFromText(child.text)) return *std::move(result);
  CampaignResult broken;
  const bool too_long = monotonicMs() - child.started_ms > kLongestRunMs;
  std::string what = "the run crashed";
  if (WIFSIGNALED(status)) what += " by signal " + std::to_string(WTERMSIG(status));
  broken.violations.push_back({5, std::nullopt, UnixTime{}, too_long ? "the run does not come to its end" : what});
  return broken;
}

void Player::giveUp() {
  for (auto& [pid, child] : children_) {
    kill(pid, SIGKILL);
    close(child.output);
    waitpid(pid, nullptr, 0);
  }
  children_.clear();
}

}  // namespace smartkar::sim
