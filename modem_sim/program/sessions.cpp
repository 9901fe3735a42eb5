#include "modem_sim/program/sessions.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "modem_sim/program/control_client.hpp"
#include "modem_sim/program/recorder.hpp"
#include "modem_sim/program/replayer.hpp"
#include "modem_sim/program/serial_port.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr int kExitCannotStart = 1;
constexpr int kExitMismatch = 3;

int cannotStart(const std::string& why) {
  std::fprintf(stderr, "smartkar-modem-sim: %s\n", why.c_str());
  return kExitCannotStart;
}

// At the simulator's control socket; on a real modem a person has to do it.
void carryOut(const std::string& socket, std::string_view command) {
  const auto answer = tellControl(socket, command);
  if (answer && *answer == "ok") return;
  std::fprintf(stderr, "-- %.*s: %s\n", static_cast<int>(command.size()), command.data(),
               answer ? answer->c_str() : "no control socket, to be done by hand");
}

Result<Transcript, std::string> readTranscript(const ReplayOptions& options) {
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return Failure{options.file + ": cannot be read"};
  auto transcript = parseTranscript(std::string{std::istreambuf_iterator<char>(file), {}}, options.variables);
  if (!transcript) return Failure{options.file + ": " + transcript.error()};
  return transcript;
}

int report(const Replay& replay) {
  if (!replay.mismatch().empty()) {
    std::fprintf(stderr, "%s\n", replay.mismatch().c_str());
    return kExitMismatch;
  }
  std::puts(replay.over() ? "as written" : "stopped");
  return 0;
}

}  // namespace

int record(const RecordOptions& options, int stop_fd) {
  auto loop = EventLoop::make();
  if (!loop) return cannotStart(loop.error());
  auto modem = openSerialPort(options.serial, options.baud);
  if (!modem) return cannotStart(modem.error());
  auto host = Pty::open(options.link);
  if (!host) return cannotStart(host.error());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(options.out.c_str(), "we"), std::fclose);
  if (!out) return cannotStart(options.out + ": cannot be written");
  Recorder recorder(std::move(*host), std::move(*modem), out.get());
  loop->add(recorder);
  std::printf("recording between %s and %s, Ctrl-C ends it\n", options.link.c_str(), options.serial.c_str());
  std::fflush(stdout);
  loop->run(stop_fd);
  return 0;
}

int replay(const ReplayOptions& options, int stop_fd) {
  auto loop = EventLoop::make();
  if (!loop) return cannotStart(loop.error());
  auto transcript = readTranscript(options);
  if (!transcript) return cannotStart(transcript.error());
  std::optional<Pty> pty;
  FileDescriptor serial;
  if (options.serial.empty()) {
    auto opened = Pty::open(options.link);
    if (!opened) return cannotStart(opened.error());
    pty.emplace(std::move(*opened));
  } else {
    auto opened = openSerialPort(options.serial, options.baud);
    if (!opened) return cannotStart(opened.error());
    serial = std::move(*opened);
  }
  const std::string control = options.serial + ".ctl";
  Replayer replayer(
      std::move(*transcript), pty ? Replay::Role::Modem : Replay::Role::Host, pty ? pty->fd() : serial.get(),
      pty ? pty->device() : "", [&control](std::string_view command) { carryOut(control, command); },
      [&loop] { loop->stop(); });
  loop->add(replayer);
  std::printf("replaying %s at %s\n", options.file.c_str(), pty ? options.link.c_str() : options.serial.c_str());
  std::fflush(stdout);
  loop->run(stop_fd);
  return report(replayer.replay());
}

}  // namespace smartkar::modem_sim
