#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/core/actions.hpp"
#include "server/core/event.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// What the API needs from the rest of the server. Used on the io_context's thread.
class Backend {
 public:
  virtual ~Backend() = default;

  // For reading: what is seen is committed.
  virtual Store& store() = 0;
  // False while nothing can be stored: what would change something is to be refused.
  virtual bool writable() = 0;
  // The time that people and cars use.
  virtual UnixTime wall() = 0;
  virtual bool isRegistered(std::string_view ccid) = 0;
  // The ids of all registered cars, sorted. Valid until the next call.
  virtual const std::vector<std::string>& registered() = 0;
  virtual bool brokerUp() = 0;
  // What the server counts, in the text format of Prometheus.
  virtual std::string metrics() = 0;
  // A request was answered. endpoint: its pattern; empty: there is none. took: until the answer was ready.
  virtual void served(std::string_view endpoint, int status, Duration took) = 0;

  using CommandAnswer = std::function<void(const std::variant<CommandAccepted, CommandRefused>&)>;
  // Asks for a command. answer: called once, when the command is stored or refused. request.token is set by the
  // backend.
  virtual void request(CommandRequested request, CommandAnswer answer) = 0;

  using CancelAnswer = std::function<void(const std::variant<CancelAccepted, CancelRefused>&)>;
  // Gives a command up, in the same way.
  virtual void cancel(CancelRequested request, CancelAnswer answer) = 0;

  // Stores what concerns no car. stored: called once all of it is.
  virtual void write(std::vector<Mutation> mutations, std::function<void()> stored) = 0;
};

}  // namespace smartkar::server
