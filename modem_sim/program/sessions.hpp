#pragma once

#include <string>

#include "modem_sim/transcript/pattern.hpp"

namespace smartkar::modem_sim {

struct RecordOptions {
  std::string serial;  // of the modem
  long baud = 115200;
  std::string link;  // for the host
  std::string out;   // file
};

// Records until stop_fd becomes readable. Returns the exit code.
int record(const RecordOptions& options, int stop_fd);

struct ReplayOptions {
  std::string file;
  std::string serial;  // of a modem: the transcript plays the host
  long baud = 115200;
  std::string link;  // for a host: the transcript plays the modem
  Variables variables;
};

// Replays to the end of the transcript, a mismatch, or until stop_fd becomes readable. Returns the exit code: 0 all as
// written, 1 could not start, 3 a mismatch.
int replay(const ReplayOptions& options, int stop_fd);

}  // namespace smartkar::modem_sim
