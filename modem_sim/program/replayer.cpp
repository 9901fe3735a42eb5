#include "modem_sim/program/replayer.hpp"

#include <utility>

#include "modem_sim/program/serial_port.hpp"

namespace smartkar::modem_sim {
namespace {

// Longer than the longest answer of a modem: SMCONN that gives up after 150 s in the field.
constexpr Duration kPatience = 180s;

}  // namespace

Replayer::Replayer(Transcript transcript, Replay::Role role, int line, std::string opened,
                   std::function<void(std::string_view command)> control, std::function<void()> over)
    : line_(line),
      opened_(std::move(opened)),
      control_(std::move(control)),
      over_(std::move(over)),
      replay_(std::move(transcript), role, *this, kPatience, programTime()) {}

std::vector<pollfd> Replayer::wanted() const {
  // A terminal that nobody has opened hangs up for ever: its opening is told by other means.
  pollfd line{line_, POLLIN, 0};
  ::poll(&line, 1, 0);
  if ((line.revents & POLLHUP) != 0) return {};
  return {{line_, POLLIN, 0}};
}

void Replayer::turn(const std::vector<pollfd>&) {
  replay_.received(readAvailable(line_), programTime());
  if (replay_.over() && over_) std::exchange(over_, nullptr)();
}

void Replayer::send(std::string_view bytes) { writeAvailable(line_, bytes); }

}  // namespace smartkar::modem_sim
