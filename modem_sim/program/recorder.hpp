#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "modem_sim/program/event_loop.hpp"
#include "modem_sim/program/pty.hpp"
#include "modem_sim/transcript/transcript.hpp"

namespace smartkar::modem_sim {

// Sits between a host at a pseudo terminal and a modem at a serial port, passes everything on, and writes it down.
class Recorder : public LoopMember {
 public:
  // modem: an open serial port. out: open, outlives this.
  Recorder(Pty host, FileDescriptor modem, std::FILE* out);
  ~Recorder() override;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  std::vector<pollfd> wanted() const override;
  Instant deadline() const override { return kNever; }
  void turn(const std::vector<pollfd>& polled) override;
  std::string opened() const override { return host_.device(); }

 private:
  void write(TranscriptEntry::Kind kind, std::string_view bytes);

  Pty host_;
  FileDescriptor modem_;
  std::FILE* out_;
  TranscriptWriter writer_;
  const Instant begin_ = programTime();
};

}  // namespace smartkar::modem_sim
