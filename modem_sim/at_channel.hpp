#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "modem_sim/at_line.hpp"
#include "modem_sim/config.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/reply.hpp"
#include "modem_sim/settings.hpp"
#include "modem_sim/uart_out.hpp"

namespace smartkar::modem_sim {

// The command side of the UART: collects a line, echoes it, runs its commands one after the other and writes their
// answers. While a command runs, input is dropped (AT Manual V1.05 §1.4), unless it waits for data.
class AtChannel {
 public:
  using Run = std::function<Reply(const Command&)>;
  // run: carries out one command.
  AtChannel(EventQueue& events, UartOut& uart, const Config& config, const VolatileSettings& settings, Run run)
      : events_(events), uart_(uart), config_(config), settings_(settings), run_(std::move(run)) {}

  void input(std::string_view bytes);
  // The command that answered Later is done. delay: until the answer. Ignored if no command waits.
  void finish(Reply reply, Duration delay = Duration{0});
  // The next command with this name never answers (mute) or answers an error. name: "+SMCONN".
  void failNext(std::string name, bool mute);
  bool busy() const { return state_ != State::Collecting; }
  // The firmware goes down: the command under way gets no answer, and nothing more is heard until reset().
  void shutDown();
  void reset();

 private:
  enum class State : std::uint8_t { Collecting, Running, Data };

  void collect(char c);
  void collectData(char c);
  void endOfLine();
  void begin(std::string_view content, bool overflow);
  void runNext();
  void deliver(Reply reply);
  void beginData(DataRequest request);
  void endData();
  void writeError(Cme error);
  void writeFinal(std::string_view text);
  void writeResult(bool ok);
  void end();
  // The next step of the line under way; it does not happen once the line has ended.
  EventQueue::Id later(Duration delay, std::function<void()> step);

  EventQueue& events_;
  UartOut& uart_;
  const Config& config_;
  const VolatileSettings& settings_;
  Run run_;
  std::string line_;
  std::string last_line_;  // for A/
  std::uint64_t line_number_ = 0;
  std::vector<Command> commands_;
  std::size_t next_ = 0;
  DataRequest request_;
  std::string data_;
  std::string early_data_;  // came since the command, before the prompt
  EventQueue::Id data_timer_ = 0;
  std::string fault_name_;
  State state_ = State::Collecting;
  bool overflow_ = false;
  bool shut_down_ = false;
  bool data_open_ = false;  // the prompt has been sent
  bool waiting_ = false;    // for finish()
  bool gap_ = false;        // information lines went out: the final result may be held back
  bool fault_mute_ = false;
};

}  // namespace smartkar::modem_sim
