#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace smartkar::server {

// Hands live notifications to every viewer as server-sent events (WHATWG HTML, section 9.2). A viewer that does not
// keep up is cut off: it must never hold the others or the server's memory.
class Broadcast {
 public:
  // What a viewer may have waiting: about 1,000 notifications.
  static constexpr std::size_t kWaitingBytesMax = 256 * 1024;
  // What is kept for viewers that come back: less than a viewer may have waiting.
  static constexpr std::size_t kKeptBytesMax = kWaitingBytesMax / 2;

  // One viewer. Lives as long as its owner holds it.
  class Viewer {
   public:
    // Everything that waits, as text to be sent; empty if nothing does.
    std::string take();
    // True once it did not keep up: it gets nothing any more.
    bool overrun() const { return overrun_; }

   private:
    friend class Broadcast;
    std::string ccid_;
    std::function<void()> wake_;
    std::string waiting_;
    bool overrun_ = false;
  };

  // first_id: of the first event; counts up from there.
  explicit Broadcast(std::uint64_t first_id) : next_id_(first_id) {}

  // ccid: only notifications about this car; empty: all. last_seen: id of the last one the viewer has; what came after
  // it waits then, or "reset" if that is not kept any more: the viewer missed something. Empty: it starts now. wake:
  // called when something waits or the viewer was overrun, not while an earlier call has not been answered by take().
  std::shared_ptr<Viewer> join(std::string ccid, std::string_view last_seen, std::function<void()> wake);
  // name: "command", "presence", "state" or "event". json: one line.
  void publish(std::string_view name, std::string_view ccid, std::string_view json);
  std::size_t viewers() const;

 private:
  struct Notification {
    std::string ccid;
    std::string text;
  };
  void replay(std::string_view last_seen, Viewer& viewer) const;
  void keep(std::string_view ccid, std::string text);

  std::uint64_t next_id_;
  std::deque<Notification> kept_;  // the latest; the last one has the id next_id_ - 1
  std::size_t kept_bytes_ = 0;
  std::map<const Viewer*, std::weak_ptr<Viewer>> viewers_;
};

}  // namespace smartkar::server
