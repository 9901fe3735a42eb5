#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "server/core/actions.hpp"
#include "server/core/brokers.hpp"
#include "server/core/command_table.hpp"
#include "server/core/event.hpp"
#include "server/core/policy.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

struct Car;
struct Moment;

// Every decision about every car: takes what happened, says what must be stored and done. No I/O, no clock, no
// threads, so the server, the simulator and the tests run the same code. After a crash, a new Fleet that loads what
// was stored goes on where the old one stopped.
class Fleet {
 public:
  explicit Fleet(Policy policy = {});
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Takes over what the store holds. Once, before the first event.
  void load(Snapshot snapshot);

  // Takes what happened. now: monotonic, never earlier than before. wall: the time people and cars use; may jump.
  Actions on(const Event& event, Instant now, UnixTime wall);

  // Holds from the next event on.
  void setPolicy(const Policy& policy) { policy_ = policy; }

  // When the next TimePassed is due; kNever if nothing waits. Never later than that something waits for.
  Instant nextDeadline() const;

  // What is known now, which may be ahead of the store until the latest actions are stored. nullptr: unknown. A
  // command that is over for Policy::remember_final is only in the store. Valid until the next on().
  const CommandRecord* command(std::string_view ccid, CommandId id) const;
  const DeviceRecord* device(std::string_view ccid) const;
  const StateFields* state(std::string_view ccid) const;
  // How often each cell of the command table was entered since this object was made.
  const CellCounts& cells() const { return cells_; }
  // All cars that were heard of or asked for, by ccid.
  std::vector<const DeviceRecord*> devices() const;

 private:
  Car& carOf(const std::string& ccid);
  void dispatch(const CommandRequested& event, Moment& moment);
  void dispatch(const CancelRequested& event, Moment& moment);
  void dispatch(const MessageReceived& event, Moment& moment);
  void dispatch(const TcpDown& event, Moment& moment);
  void dispatch(const LegacyUp& event, Moment& moment);
  void dispatch(const LegacyAsleep& event, Moment& moment);
  void dispatch(const LegacyDown& event, Moment& moment);
  void dispatch(const SmsResult& event, Moment& moment);
  void dispatch(const BrokerUp& event, Moment& moment);
  void dispatch(const BrokerDown& event, Moment& moment);
  void dispatch(const MessagesDropped& event, Moment& moment);
  void dispatch(const TimePassed& event, Moment& moment);
  bool wallClockJumped(Instant now, UnixTime wall) const;
  void settle(Car& car, Moment& moment);
  void settleAll(Moment& moment);

  Policy policy_;
  std::map<std::string, std::unique_ptr<Car>, std::less<>> cars_;
  std::set<std::pair<Instant, std::string>> timers_;  // when each car needs attention next

  Brokers brokers_;
  Instant last_now_{};  // time of the latest event
  UnixTime last_wall_{};
  std::optional<UnixTime> ids_from_;
  CellCounts cells_;
};

}  // namespace smartkar::server
