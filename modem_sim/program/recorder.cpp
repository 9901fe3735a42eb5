#include "modem_sim/program/recorder.hpp"

#include <utility>

#include "modem_sim/program/serial_port.hpp"

namespace smartkar::modem_sim {

using Kind = TranscriptEntry::Kind;

Recorder::Recorder(Pty host, FileDescriptor modem, std::FILE* out)
    : host_(std::move(host)), modem_(std::move(modem)), out_(out) {}

Recorder::~Recorder() {
  std::fputs(writer_.flush().c_str(), out_);
  std::fflush(out_);
}

std::vector<pollfd> Recorder::wanted() const {
  std::vector<pollfd> polled{{modem_.get(), POLLIN, 0}};
  if (host_.hostPresent()) polled.push_back({host_.fd(), POLLIN, 0});
  return polled;
}

void Recorder::turn(const std::vector<pollfd>&) {
  const std::string typed = host_.read();
  if (!typed.empty()) {
    writeAvailable(modem_.get(), typed);
    write(Kind::Host, typed);
  }
  const std::string said = readAvailable(modem_.get());
  if (!said.empty()) {
    host_.write(said);
    write(Kind::Modem, said);
  }
}

void Recorder::write(Kind kind, std::string_view bytes) {
  std::fputs(writer_.take(kind, bytes, programTime() - begin_).c_str(), out_);
  std::fflush(out_);
}

}  // namespace smartkar::modem_sim
