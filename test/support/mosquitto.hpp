#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "test/support/temporary_directory.hpp"

namespace smartkar::test {

struct MosquittoOptions {
  // Configuration lines inside the listener, for example "cafile /tmp/ca.crt" or "require_certificate true".
  std::string listener_lines{};
  // Configuration lines of the whole broker, for example "max_inflight_messages 5".
  std::string global_lines{};
  // What is logged (log_type); "all" is several lines a message.
  std::string log_type = "all";
  // False: the configuration says itself who may connect.
  bool allow_anonymous = true;
  // True: sessions and retained messages survive terminate() + start() (after kill() what had been saved by then:
  // "autosave_interval 1" together with "autosave_on_changes true" saves on every change).
  bool persistence = false;
  // 0: a free port, the same at every start().
  std::uint16_t port = 0;
};

// A real Mosquitto of its own on a loopback port: started and listening when the constructor returns, ended by its pid
// in the destructor. Throws std::runtime_error with the broker's log if it cannot be started.
class Mosquitto {
 public:
  explicit Mosquitto(MosquittoOptions options = {});
  ~Mosquitto();
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;

  std::uint16_t port() const { return port_; }
  // 0 while it is stopped.
  pid_t pid() const { return pid_; }
  bool running() const { return pid_ != 0; }
  // Where configuration, log and persistence lie; may take files that the configuration names.
  const std::filesystem::path& directory() const { return directory_.path(); }
  // What the broker has logged so far, over all starts.
  std::string log() const;

  // Starts it again on the same port and returns when it listens.
  void start();
  // SIGTERM, and waits for the end: saves its persistence.
  void terminate();
  // SIGKILL, and waits for the end.
  void kill();
  // SIGSTOP and SIGCONT: a broker that hangs with its sockets open.
  void freeze();
  void resume();

 private:
  void writeConfig() const;
  bool listens() const;
  void end(int signal);

  TemporaryDirectory directory_;
  MosquittoOptions options_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace smartkar::test
