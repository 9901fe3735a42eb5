#pragma once

#include <poll.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "modem_sim/program/file_descriptor.hpp"

namespace smartkar::modem_sim {

// The time that all modems of this program have in common: since its start, so that logs begin at zero.
Instant programTime();

// One of many that share a loop.
class LoopMember {
 public:
  virtual ~LoopMember() = default;
  // What to wait for. May differ after each turn.
  virtual std::vector<pollfd> wanted() const = 0;
  // When it wants a turn without any of that; kNever: not at all.
  virtual Instant deadline() const = 0;
  // Does what is due. polled: wanted(), with what is ready by now.
  virtual void turn(const std::vector<pollfd>& polled) = 0;
  // A file: when somebody opens it, the member wants a turn. Empty: none.
  virtual std::string opened() const { return {}; }
};

// Gives turns to any number of members. One that waits costs nothing.
class EventLoop {
 public:
  // Failure: what the system refuses.
  static Result<EventLoop, std::string> make();

  // member: outlives the loop's run().
  void add(LoopMember& member);
  // Returns when stop_fd becomes readable or a member has called stop().
  void run(int stop_fd);
  void stop() { stopped_ = true; }

 private:
  struct Member {
    LoopMember* member;
    std::vector<int> watched;  // descriptors
    Instant deadline = kNever;
  };
  EventLoop(FileDescriptor epoll, FileDescriptor inotify) : epoll_(std::move(epoll)), inotify_(std::move(inotify)) {}
  void give(std::size_t index);
  // What the member wants by now.
  void update(std::size_t index);
  void giveToOpened();
  void giveToDue();
  int timeout() const;

  FileDescriptor epoll_;
  FileDescriptor inotify_;
  std::vector<Member> members_;
  std::set<std::pair<Instant, std::size_t>> deadlines_;
  std::map<int, std::size_t> opened_;  // inotify's numbers
  bool stopped_ = false;
};

}  // namespace smartkar::modem_sim
