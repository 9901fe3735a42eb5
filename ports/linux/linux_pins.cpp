#include "ports/linux/linux_pins.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {
namespace {

class ControlPins : public LinuxPins {
 public:
  explicit ControlPins(FileDescriptor fd) : fd_(std::move(fd)) {}

  void setPowerKey(bool pressed) override { send(pressed ? "pwrkey press\n" : "pwrkey release\n"); }
  void setDtr(bool high) override { send(high ? "dtr high\n" : "dtr low\n"); }
  void setRail(bool on) override { send(on ? "vbat on\n" : "vbat off\n"); }
  bool ri() const override { return ri_high_; }
  int fd() const override { return fd_.get(); }
  bool connected() const override { return connected_; }
  void setHostAsleep(bool asleep) override { send(asleep ? "host asleep\n" : "host awake\n"); }

  bool takeRing() override {
    std::array<char, 256> buffer{};
    ssize_t count = 0;
    while ((count = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0) {
      for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) onCharacter(c);
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) connected_ = false;
    return std::exchange(rang_, false);
  }

 private:
  void send(std::string_view line) {
    if (::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) connected_ = false;
  }
  // The socket also answers our own lines ("ok"); only `ri` lines matter here.
  void onCharacter(char c) {
    if (c != '\n') {
      line_ += c;
      return;
    }
    if (line_ == "ri high") ri_high_ = true;
    if (line_ == "ri low") {
      ri_high_ = false;
      rang_ = true;
    }
    line_.clear();
  }

  FileDescriptor fd_;
  std::string line_;
  bool ri_high_ = true;
  bool rang_ = false;
  bool connected_ = true;
};

class SerialPins : public LinuxPins {
 public:
  explicit SerialPins(FileDescriptor fd) : fd_(std::move(fd)) {}

  void setPowerKey(bool) override {}
  void setRail(bool) override {}
  void setDtr(bool high) override {
    // An active (set) modem line is low on the modem's logic-level pin.
    const int line = TIOCM_DTR;
    ioctl(fd_.get(), high ? TIOCMBIC : TIOCMBIS, &line);
  }
  bool ri() const override {
    int lines = 0;
    return ioctl(fd_.get(), TIOCMGET, &lines) != 0 || (lines & TIOCM_RNG) == 0;
  }
  int fd() const override { return -1; }
  bool takeRing() override { return !ri(); }
  bool connected() const override { return true; }
  void setHostAsleep(bool) override {}

 private:
  FileDescriptor fd_;
};

}  // namespace

Result<std::unique_ptr<LinuxPins>, std::string> openControlPins(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) return Failure{"path too long for a socket: " + socket_path};
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() || connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return Failure{"cannot reach the modem's control socket " + socket_path + ": " + std::strerror(errno)};
  }
  return std::unique_ptr<LinuxPins>(std::make_unique<ControlPins>(std::move(fd)));
}

Result<std::unique_ptr<LinuxPins>, std::string> openSerialPins(const std::string& path) {
  FileDescriptor fd(open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return Failure{"cannot open modem port " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<LinuxPins>(std::make_unique<SerialPins>(std::move(fd)));
}

}  // namespace smartkar::ports
