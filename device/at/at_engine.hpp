#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/scheduler.hpp"
#include "device/at/at_command.hpp"
#include "device/at/data_block.hpp"
#include "device/at/line_splitter.hpp"
#include "device/at/modem_line.hpp"
#include "device/platform/uart.hpp"

namespace smartkar::device {

// Takes lines the modem speaks unasked. Called from inside the reader: must only store, never call the engine.
class UrcHandler {
 public:
  virtual ~UrcHandler() = default;
  // line: without line end, valid only during the call.
  virtual void onUrc(std::string_view line) = 0;
};

// What the reader met that nobody asked for.
struct AtCounters {
  std::uint32_t overlong_lines = 0;  // longer than kAtLineBytesMax
  std::uint32_t noise_lines = 0;     // with control characters
  std::uint32_t unknown_lines = 0;   // neither answer nor registered
  std::uint32_t stray_results = 0;   // a final result while nothing was running
  std::uint32_t lost_lines = 0;      // information lines that did not fit
  std::uint32_t timeouts = 0;
  std::uint32_t resyncs = 0;
  std::uint32_t restarts = 0;
};

// The one reader and writer of the modem's line. Every line is a final result, data of the running command, or
// unsolicited (URC), whenever it comes; RI plays no part. The engine, not the caller, owns an exchange: a cancelled
// dialogue leaves it behind, and the next command waits until the modem has answered or the line is in step again.
class AtEngine {
 public:
  AtEngine(Uart& uart, Scheduler& scheduler, LogSink& sink) : uart_(uart), scheduler_(scheduler), log_(sink, "at") {}
  AtEngine(const AtEngine&) = delete;
  AtEngine& operator=(const AtEngine&) = delete;

  using Answer = Result<AtResponse, AtError>;

  // Waits for one exchange; made by run() and synchronise().
  class Run : public Waiter {
   public:
    ~Run();
    bool await_ready();
    void await_suspend(std::coroutine_handle<> handle);
    Answer await_resume();

   private:
    friend class AtEngine;
    // Without the line in step no command can be sent.
    AtPriority priority() const { return probing_ ? AtPriority::High : command_.priority; }
    Run(AtEngine& engine, const AtCommand& command) : engine_(engine), command_(command) {}
    Run(AtEngine& engine, Duration interval, Duration limit)
        : engine_(engine), probing_(true), interval_(interval), limit_(limit) {}

    AtEngine& engine_;
    AtCommand command_{};
    bool probing_ = false;
    Duration interval_{};
    Duration limit_{};
    Instant give_up_ = kNever;
    Run* next_ = nullptr;
    Answer answer_ = Failure{AtError{AtError::Kind::Busy}};
  };

  // const auto answer = co_await at.run(command);
  // Ends with the information lines, or as AtError::Kind says. Where several wait, the highest priority comes next, and
  // within it who came first. The command's views must stay valid while it waits.
  Run run(const AtCommand& command) { return {*this, command}; }

  // Sends AT every `interval` until OK came and the answers to all of them are in; ends with Timeout after `limit`.
  // Also the cure after a timeout, which the engine applies by itself before the next command.
  Run synchronise(Duration interval, Duration limit) { return {*this, interval, limit}; }

  // Names the reader of lines that begin with prefix ("+SMSUB:"). The handler stays registered for the engine's life.
  void onUrc(std::string_view prefix, UrcHandler& handler);

  // Until these instants the modem is known to be starting: RDY and power-down lines, and the later boot lines
  // (+CFUN: 1, +CPIN: READY, SMS Ready), are no surprise. At construction both are kNever.
  void expectBoot(Instant start_until, Instant late_until);
  // An unexpected boot line came: every command fails with ModemRestarted until acceptRestart().
  bool restarted() const { return restarted_; }
  void acceptRestart() { restarted_ = false; }

  // Reads and writes what the UART has and takes, and ends what is overdue. Never blocks, resumes no coroutine: call it
  // when the UART has something or nextDeadline() is reached, then Scheduler::run.
  void poll(Instant now);
  // When poll() has something to do although the UART is silent; kNever if only bytes can help.
  Instant nextDeadline() const;

  // True if no exchange is open or waiting and no line half received.
  bool idle() const { return phase_ == Phase::Idle && queue_ == nullptr && splitter_.atLineStart(); }
  // Whether the modem repeated the latest command line: then it has (re)started since echo was switched off.
  bool echoed() const { return echo_; }
  // False from a timeout until the modem has answered again.
  bool inStep() const { return in_step_; }
  // When the latest byte came.
  Instant lastReceived() const { return last_received_; }
  const AtCounters& counters() const { return counters_; }

 private:
  enum class Phase : std::uint8_t {
    Idle,
    Prompt,  // the command is out, the prompt is awaited
    Data,    // the data block is being sent
    Final,   // only the final result is awaited
    Resync,  // AT is repeated until the line is in step
  };
  struct Urc {
    std::string_view prefix;
    UrcHandler* handler = nullptr;
  };

  std::optional<Answer> refusal(const Run& run) const;
  void begin(Run& run);
  void startCommand(Run& run);
  void startResync(Run* run, Duration interval, Duration limit);
  void detach(Run& run);
  void complete(const Answer& answer);
  void finish(const Answer& answer);
  void startQueued();
  void enqueue(Run& run);
  void dequeue(const Run& run);
  void failQueued(AtError::Kind kind);
  void giveUpWaiting();

  void readAll();
  void onByte(std::uint8_t byte);
  bool onBlockByte(std::uint8_t byte);
  bool onBlockAnnounced(std::size_t bytes);
  void onLine(std::string_view line);
  void onFinal(const FinalResult& result);
  void onPrompt();
  bool onEcho(std::string_view line);
  bool onBootLine(std::string_view line);
  bool onInformation(std::string_view line);
  bool onRegistered(std::string_view line);
  void raiseRestart(std::string_view line);

  void checkDeadlines();
  void onTimeout();
  void outOfStep(AtError::Kind kind);
  void stepResync();
  void writeAll();
  bool writeSome(std::string_view bytes, std::size_t& sent);
  bool outputPending() const;
  bool dataPending() const { return data_released_ && data_sent_ < data_size_; }
  std::string_view dataChunk() const;

  Uart& uart_;
  Scheduler& scheduler_;
  Log log_;
  LineSplitter splitter_;
  FixedVector<Urc, 12> urcs_;
  AtCounters counters_;

  Run* running_ = nullptr;  // whose answer the exchange is; none if its caller was cancelled
  Run* queue_ = nullptr;    // who waits for the line, in order
  Run* unread_ = nullptr;   // whose answer is in information_ and was not looked at yet
  Phase phase_ = Phase::Idle;
  bool in_step_ = true;
  Instant now_{};
  Instant last_received_{};
  Instant deadline_ = kNever;
  Instant prompt_deadline_ = kNever;

  FixedString<kAtCommandBytesMax + 1> output_;
  std::size_t output_sent_ = 0;
  std::string_view name_;  // of the running command, within output_
  AtPrompt prompt_ = AtPrompt::None;
  bool bare_lines_ = false;
  FixedString<32> final_line_;
  FixedString<kAtInformationBytesMax> information_;

  DataBlock block_;  // what comes in

  std::string_view data_;  // what goes out; empty once the caller is gone: then blanks are sent in its place
  std::size_t data_size_ = 0;
  std::size_t data_sent_ = 0;
  std::size_t data_echoed_ = 0;
  bool data_released_ = false;
  bool echo_ = false;

  Duration probe_interval_{};
  Instant next_probe_ = kNever;
  int probes_ = 0;
  bool probe_answered_ = false;
  Instant settled_at_ = kNever;

  bool restarted_ = false;
  Instant start_until_ = kNever;
  Instant late_until_ = kNever;
};

}  // namespace smartkar::device
