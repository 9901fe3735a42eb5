#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "modem_sim/program/file_descriptor.hpp"

namespace smartkar::modem_sim {

// The modem's end of a pseudo terminal with a symbolic link that names the host's end. The link goes with the object.
class Pty {
 public:
  // link: path of the symbolic link; an old link is replaced, anything else is not. Failure: what went wrong.
  static Result<Pty, std::string> open(const std::string& link);
  Pty(Pty&& other) noexcept = default;
  Pty& operator=(Pty&&) = delete;
  ~Pty();

  int fd() const { return master_.get(); }
  // Path of the host's end.
  const std::string& device() const { return device_; }
  // True while a process has the host's end open.
  bool hostPresent() const;
  // Everything the host has written; empty if nothing.
  std::string read();
  // What the host does not take in time is lost, as on a wire.
  void write(std::string_view bytes);
  // Forgets what is still on the way.
  void flush();

 private:
  Pty(FileDescriptor master, std::string device, std::string link)
      : master_(std::move(master)), device_(std::move(device)), link_(std::move(link)) {}

  FileDescriptor master_;
  std::string device_;
  std::string link_;
};

}  // namespace smartkar::modem_sim
