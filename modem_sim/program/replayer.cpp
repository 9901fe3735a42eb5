#include "modem_sim/program/replayer.hpp"

#include <algorithm>
#include <utility>

#include "modem_sim/program/serial_port.hpp"

namespace smartkar::modem_sim {
namespace {

// Longer than the longest answer of a modem: SMCONN that gives up after 150 s in the field.
constexpr Duration kPatience = 180s;
// A host that has not read the last line by then would lose it with the terminal.
constexpr Duration kLinger = 5s;

}  // namespace

Replayer::Replayer(Transcript transcript, Replay::Role role, int line, std::string opened,
                   std::function<void(std::string_view command)> control, std::function<void()> over)
    : line_(line),
      opened_(std::move(opened)),
      control_(std::move(control)),
      over_(std::move(over)),
      replay_(std::move(transcript), role, *this, kPatience, programTime()) {}

bool Replayer::hungUp() const {
  pollfd line{line_, POLLIN, 0};
  ::poll(&line, 1, 0);
  return (line.revents & POLLHUP) != 0;
}

std::vector<pollfd> Replayer::wanted() const {
  // A terminal that nobody has opened hangs up for ever: its opening is told by other means.
  if (hungUp()) return {};
  return {{line_, POLLIN, 0}};
}

Instant Replayer::deadline() const { return over_ ? std::min(replay_.nextDeadline(), end_) : kNever; }

void Replayer::turn(const std::vector<pollfd>&) {
  replay_.received(readAvailable(line_), programTime());
  if (!replay_.over() || !over_) return;
  const Instant now = programTime();
  if (end_ == kNever) end_ = now + (opened_.empty() ? Duration{0} : kLinger);
  if (now >= end_ || hungUp() || !replay_.mismatch().empty()) std::exchange(over_, nullptr)();
}

void Replayer::send(std::string_view bytes) { writeAvailable(line_, bytes); }

}  // namespace smartkar::modem_sim
