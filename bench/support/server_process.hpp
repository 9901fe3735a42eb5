#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::bench {

// The real server as it is installed, in a folder of its own.
class ServerProcess {
 public:
  struct Settings {
    std::string mqtt;   // lines of [mqtt] in server.toml, with the broker's port
    std::string store;  // lines of [store]; empty: a new SQLite file with the built-in settings
    std::vector<std::string> cars;
  };

  // Returns when it serves HTTP and has both its sessions at the broker. Throws if it does not get that far.
  explicit ServerProcess(const Settings& settings);

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_->pid(); }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path database() const { return directory() / "smartkar.db"; }
  // The beginning of a request with the right to do everything, up to the end of its header: "GET /healthz".
  static std::string request(const std::string& line, const std::string& body = {});
  // Ends it in order. Throws if it does not end well.
  void stop();

 private:
  void writeSettings(const Settings& settings) const;

  test::TemporaryDirectory directory_;
  std::unique_ptr<test::ChildProcess> process_;
  std::uint16_t port_ = 0;
};

}  // namespace smartkar::bench
