#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cli/api.hpp"
#include "cli/command_view.hpp"
#include "cli/reconnect.hpp"
#include "cli/run.hpp"

namespace smartkar::cli {

// Hands in what is safe to hand in twice: asks once more when the answer got lost.
Result<Command, ApiError> submit(const Api& api, const HttpRequest& request);

// Shows one command until it is final.
class Follower {
 public:
  // api, streams: outlive this. Times are shown from now on.
  Follower(const Api& api, bool json_output, Streams streams)
      : api_(api), json_output_(json_output), streams_(streams), began_(Clock::now()) {}

  bool done() const { return latest_.final; }

  // The steps so far are not to be shown.
  void skip(const Command& command) { view_.skip(command); }
  void show(Command command);
  // Shows each further step until the command is final, or for this time; default: as long as the car may still tell
  // how it went. Returns the exit code: kOk if it ended as wanted.
  int toEnd(std::string_view wanted, std::optional<std::chrono::seconds> timeout);

 private:
  Result<void, ApiError> follow(Clock::time_point deadline);
  Result<void, ApiError> followOnce(Clock::time_point deadline, Reconnect& reconnect);
  void take(const std::string& data);
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }
  std::chrono::seconds patience() const;
  int finish(std::string_view wanted) const;
  int giveUp() const;
  int fail(const ApiError& error) const;

  const Api& api_;
  const bool json_output_;
  const Streams streams_;
  const Clock::time_point began_;
  CommandView view_;
  Command latest_;
  std::string last_json_;
};

}  // namespace smartkar::cli
