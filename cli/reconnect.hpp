#pragma once

#include <iosfwd>

#include "cli/api.hpp"

namespace smartkar::cli {

// The pauses between attempts to reach a server that went away, and the one remark about it.
class Reconnect {
 public:
  // Both outlive this.
  Reconnect(const Interrupt& interrupt, std::ostream& err) : interrupt_(interrupt), err_(err) {}

  // True for an error that the next attempt may not meet.
  static bool worthwhile(const ApiError& error) {
    return error.cause == ApiError::Cause::Unreachable || error.cause == ApiError::Cause::Lost;
  }
  // Waits, longer each time, never beyond the deadline. False if the user asked to stop.
  bool wait(Clock::time_point deadline);
  // The server is back.
  void succeeded();

 private:
  const Interrupt& interrupt_;
  std::ostream& err_;
  int failures_ = 0;
};

}  // namespace smartkar::cli
