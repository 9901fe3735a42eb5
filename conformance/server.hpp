#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/network.hpp"
#include "conformance/rig.hpp"
#include "server/core/fleet.hpp"
#include "server/core/memory_store.hpp"

namespace smartkar::conformance {

// The real server core with a store that can fail and a connection to the broker that can break. While it is down the
// broker keeps what the car sends.
class Server {
 public:
  enum class Crash : std::uint8_t { BeforeStoring, AfterStoring };

  explicit Server(const Rig& rig);

  // What a client may ask for. An empty id: refused.
  struct Order {
    std::string action;
    std::string parameters;
    std::optional<Duration> ttl;
    bool instead = false;  // of the open commands of the same subject
  };
  std::optional<server::CommandId> order(const Order& order);
  bool cancel(server::CommandId id);
  // An id as the server would give it out, for somebody who does without it.
  server::CommandId foreignId() const;

  // The broker has it, whether or not it gets through to the server.
  void retain(const FromCar& status) { retained_status_ = status.payload; }
  void receive(const Arrival& arrival);
  void passTime() { happen(server::TimePassed{}); }
  Instant nextDeadline() const;

  // Dies when it next has something to store, and comes back at once.
  void crashAtNextStore(Crash how) { crash_ = how; }
  void goDown();
  void comeUp();
  void backUp() { backup_ = store_; }
  void restoreBackup();
  void loseBroker(bool sessions_survive);
  void replayRetained();
  // The clock of the server is wrong from now on, by so much more.
  void jumpClock(Duration by) { clock_error_ += by; }
  bool clockIsRight() const { return clock_error_ == Duration(0); }
  void heal();

  // What it has published and nobody took yet.
  std::deque<Parcel> published;

  UnixTime wall() const;
  // As stored; nullptr: not known.
  const server::CommandRecord* command(server::CommandId id) const;
  const server::MemoryStore::Commands& commands() const { return store_.commands(); }
  const server::DeviceRecord* device() const;
  // How often each cell of its table was visited, in all its lives.
  const std::vector<server::CellCounts>& cells() const { return cells_; }

 private:
  void happen(const server::Event& event);
  void happenAgain(const server::Event& event);
  void deliver(const Arrival& arrival);
  void carryOut(server::Effect& effect);
  void end();
  void begin();
  void connect(bool session_present);

  const Rig& rig_;
  server::MemoryStore store_;
  std::optional<server::MemoryStore> backup_;
  std::unique_ptr<server::Fleet> fleet_;  // nullptr: down
  std::optional<Crash> crash_;
  Duration clock_error_{};
  std::uint64_t generation_ = 0;
  int keys_ = 0;
  std::string retained_status_;
  bool old_car_ = false;
  std::deque<Arrival> kept_by_broker_;
  std::optional<server::CommandId> accepted_;  // answer to the latest request
  bool cancel_accepted_ = false;
  std::vector<server::CellCounts> cells_;
};

}  // namespace smartkar::conformance
