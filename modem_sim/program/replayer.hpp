#pragma once

#include <functional>
#include <string>
#include <vector>

#include "modem_sim/program/event_loop.hpp"
#include "modem_sim/program/file_descriptor.hpp"
#include "modem_sim/transcript/replay.hpp"

namespace smartkar::modem_sim {

// Plays a transcript on a serial line in real time.
class Replayer : public LoopMember, private Wires {
 public:
  // line: an open terminal or serial port, owned by somebody else. opened: see LoopMember. control: carries out the
  // notes. over: called once at the end.
  Replayer(Transcript transcript, Replay::Role role, int line, std::string opened,
           std::function<void(std::string_view command)> control, std::function<void()> over);

  std::vector<pollfd> wanted() const override;
  Instant deadline() const override;
  void turn(const std::vector<pollfd>& polled) override;
  std::string opened() const override { return opened_; }

  const Replay& replay() const { return replay_; }

 private:
  void send(std::string_view bytes) override;
  void control(std::string_view command) override { control_(command); }

  bool hungUp() const;

  const int line_;
  const std::string opened_;
  std::function<void(std::string_view command)> control_;
  std::function<void()> over_;
  Replay replay_;
  Instant end_ = kNever;  // everything was played: when to end
};

}  // namespace smartkar::modem_sim
