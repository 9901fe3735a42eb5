#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/interrupt.hpp"

namespace smartkar::cli {

// Where a verb writes: results to out, everything else to err.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

namespace exit_code {
inline constexpr int kOk = 0;           // done; with `send --wait`: completed
inline constexpr int kFailed = 1;       // not done, or the command ended in another way
inline constexpr int kUsage = 2;        // the command line or a value in it is wrong
inline constexpr int kUnreachable = 3;  // no server
inline constexpr int kUnconfirmed = 4;  // no outcome within the time
inline constexpr int kInterrupted = 130;
}  // namespace exit_code

// The whole program. arguments: without its name. Returns the exit code.
int run(std::vector<std::string> arguments, Streams streams, Interrupt& interrupt);

}  // namespace smartkar::cli
