#include "modem_sim/program/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace smartkar::modem_sim {
namespace {

// In epoll's events instead of a member's index.
constexpr std::uint64_t kStop = UINT64_MAX;
constexpr std::uint64_t kOpened = UINT64_MAX - 1;

bool contains(const std::vector<pollfd>& list, int fd) {
  return std::any_of(list.begin(), list.end(), [fd](const pollfd& entry) { return entry.fd == fd; });
}

}  // namespace

Instant programTime() {
  static const auto start = std::chrono::steady_clock::now();
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start)};
}

Result<EventLoop, std::string> EventLoop::make() {
  FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  FileDescriptor inotify(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!epoll.valid()) return Failure{"epoll: " + std::string(std::strerror(errno))};
  if (!inotify.valid()) return Failure{"inotify: " + std::string(std::strerror(errno))};
  epoll_event event{EPOLLIN, {.u64 = kOpened}};
  epoll_ctl(epoll.get(), EPOLL_CTL_ADD, inotify.get(), &event);
  return EventLoop(std::move(epoll), std::move(inotify));
}

void EventLoop::add(LoopMember& member) {
  const std::size_t index = members_.size();
  members_.push_back({&member, {}, kNever});
  const std::string file = member.opened();
  if (!file.empty()) opened_[inotify_add_watch(inotify_.get(), file.c_str(), IN_OPEN)] = index;
  update(index);
}

void EventLoop::update(std::size_t index) {
  Member& item = members_[index];
  const std::vector<pollfd> wanted = item.member->wanted();
  for (const int fd : item.watched) {
    if (!contains(wanted, fd)) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  }
  item.watched.clear();
  for (const pollfd& entry : wanted) {
    epoll_event event{static_cast<std::uint32_t>(entry.events), {.u64 = index}};
    // A number may stand for another file than before: then the kernel has forgotten the old one.
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, entry.fd, &event) != 0) {
      epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, entry.fd, &event);
    }
    item.watched.push_back(entry.fd);
  }
  const Instant deadline = item.member->deadline();
  if (deadline == item.deadline) return;
  deadlines_.erase({item.deadline, index});
  item.deadline = deadline;
  if (deadline != kNever) deadlines_.insert({deadline, index});
}

void EventLoop::give(std::size_t index) {
  std::vector<pollfd> polled = members_[index].member->wanted();
  ::poll(polled.data(), polled.size(), 0);
  members_[index].member->turn(polled);
  update(index);
}

void EventLoop::giveToOpened() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size <= 0) return;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto found = opened_.find(event.wd);
      if (found != opened_.end()) give(found->second);
    }
  }
}

void EventLoop::giveToDue() {
  const Instant now = programTime();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) give(deadlines_.begin()->second);
}

int EventLoop::timeout() const {
  if (deadlines_.empty()) return -1;
  constexpr std::int64_t kLongest = 60'000;
  const std::int64_t ms = wholeMilliseconds(deadlines_.begin()->first - programTime() + 999us);
  return static_cast<int>(std::clamp(ms, std::int64_t{0}, kLongest));
}

void EventLoop::run(int stop_fd) {
  epoll_event stop{EPOLLIN, {.u64 = kStop}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_fd, &stop);
  std::array<epoll_event, 64> events{};
  while (!stopped_) {
    const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout());
    for (int i = 0; i < count; ++i) {
      const std::uint64_t who = events[static_cast<std::size_t>(i)].data.u64;
      if (who == kStop) return;
      if (who == kOpened) {
        giveToOpened();
      } else {
        give(who);
      }
    }
    giveToDue();
  }
}

}  // namespace smartkar::modem_sim
