#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "modem_sim/program/file_descriptor.hpp"
#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::modem_sim {

inline constexpr auto kPatience = std::chrono::seconds(10);

// Collects what a descriptor gives until it contains a text.
class Listener {
 public:
  explicit Listener(FileDescriptor fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  void write(std::string_view bytes) { ASSERT_EQ(::write(fd_.get(), bytes.data(), bytes.size()), std::ssize(bytes)); }
  // Everything up to and with `text`; everything so far if it does not come in time.
  std::string readUntil(std::string_view text) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (seen_.find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline) readOnce();
    const std::size_t end = seen_.find(text);
    const std::size_t size = end == std::string::npos ? seen_.size() : end + text.size();
    return take(size);
  }
  // So many bytes; everything so far if they do not come in time.
  std::string readBytes(std::size_t size) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (seen_.size() < size && std::chrono::steady_clock::now() < deadline) readOnce();
    return take(std::min(size, seen_.size()));
  }

 private:
  std::string take(std::size_t size) {
    std::string result = seen_.substr(0, size);
    seen_.erase(0, size);
    return result;
  }
  void readOnce() {
    pollfd entry{fd_.get(), POLLIN, 0};
    if (::poll(&entry, 1, 100) <= 0) return;
    std::array<char, 1024> buffer{};
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count > 0) seen_.append(buffer.data(), static_cast<std::size_t>(count));
  }

  FileDescriptor fd_;
  std::string seen_;
};

inline FileDescriptor connectUnix(const std::filesystem::path& name) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.string().copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

// The program, started, with its two ends.
struct ProgramTest : testing::Test {
  test::TemporaryDirectory directory;
  std::filesystem::path link = directory.path() / "modem";
  test::ChildProcess program{
      {SMARTKAR_MODEM_SIM, "--link", link.string(), "--preset", "fast", "--power", "on", "--json"}};
  bool ready = program.waitForText("\"ready\":true", kPatience).has_value();
  Listener control{connectUnix(link.string() + ".ctl")};
  std::string greeting = control.readUntil("\n");
  Listener uart{openTerminal()};

  FileDescriptor openTerminal() const { return FileDescriptor(::open(link.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)); }

  std::string command(const std::string& line, std::string_view until = "OK\r\n") {
    uart.write(line + "\r");
    return uart.readUntil(until);
  }
  std::string tell(const std::string& line) {
    control.write(line + "\n");
    return control.readUntil("\n");
  }
  void registerAndActivate() {
    while (command("AT+CEREG?").find("+CEREG: 0,1") == std::string::npos && !HasFailure()) {
    }
    command("ATE0");
    command("AT+CNACT=0,1", "0,ACTIVE\r\n");
    command("AT+SMCONF=\"CLIENTID\",\"car\"");
    command("AT+SMCONF=\"CLEANSS\",1");
  }
  void exchangeMessages(const std::string& qos = "1") {
    EXPECT_THAT(command("AT+SMCONN"), testing::HasSubstr("OK"));
    EXPECT_THAT(command("AT+SMSUB=\"car/x\"," + qos), testing::HasSubstr("OK"));
    command("AT+SMPUB=\"car/x\",5," + qos + ",0", ">");
    uart.write("hello");
    // The message comes back before or after the acknowledgement.
    std::string answer = uart.readUntil("OK\r\n");
    if (answer.find("+SMSUB") == std::string::npos) answer += uart.readUntil("hello\"\r\n");
    EXPECT_THAT(answer, testing::HasSubstr("\r\n+SMSUB: \"car/x\",\"hello\"\r\n"));
    EXPECT_THAT(command("AT+SMSTATE?"), testing::HasSubstr("+SMSTATE: 1"));
  }
  void download(const std::string& name, const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    command("AT+CFSWFILE=3,\"" + name + "\",0," + std::to_string(content.size()) + ",5000", "DOWNLOAD\r\n");
    uart.write(content);
    EXPECT_THAT(uart.readUntil("OK\r\n"), testing::HasSubstr("OK"));
  }
};

}  // namespace smartkar::modem_sim
