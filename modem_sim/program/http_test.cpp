// A firmware download as a user's device makes it, over real sockets from a real server.
#include <gmock/gmock.h>

#include "modem_sim/program/program_bench_test.hpp"
#include "test/support/certificates.hpp"
#include "test/support/file_server.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

// Larger than every buffer on the way, and not a multiple of the range. The line carries it in 5 s.
constexpr std::size_t kFileSize = 60'007;
constexpr std::size_t kRange = 16'384;

// With every byte, line ends included.
std::string firmware(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>((i * 31 + i / 251) % 256);
  return content;
}

struct HttpProgramTest : ProgramTest {
  void SetUp() override {
    ASSERT_TRUE(ready);
    registerAndActivate();
  }
  void trustTestCa(const std::filesystem::path& certificates) {
    command("AT+CFSINIT");
    download("ca.crt", certificates / "ca.crt");
    command("AT+CFSTERM");
    command("AT+CSSLCFG=\"CONVERT\",2,\"ca.crt\"");
    command("AT+CSSLCFG=\"IGNORERTCTIME\",1,1");
    command("AT+CSSLCFG=\"SNI\",1,\"localhost\"");
    EXPECT_THAT(command("AT+SHSSL=1,\"ca.crt\""), HasSubstr("OK"));
  }
  std::string connect(const std::string& url, std::string_view until = "OK\r\n") {
    command("AT+SHCONF=\"URL\",\"" + url + "\"");
    command("AT+SHCONF=\"BODYLEN\",1024");
    command("AT+SHCONF=\"HEADERLEN\",350");
    return command("AT+SHCONN", until);
  }
  // What +SHREAD prints, without its frames.
  std::string read(std::size_t size) {
    EXPECT_EQ(command("AT+SHREAD=0," + std::to_string(size)), "\r\nOK\r\n");
    std::string content;
    while (content.size() < size && !HasFailure()) {
      EXPECT_EQ(uart.readUntil("+SHREAD: "), "\r\n+SHREAD: ");
      const auto piece = std::strtoul(uart.readUntil("\r\n").c_str(), nullptr, 10);
      content += uart.readBytes(piece);
      EXPECT_EQ(uart.readUntil("\r\n"), "\r\n");
    }
    return content;
  }
  std::string fetch(std::size_t from, std::size_t size) {
    command("AT+SHCHEAD");
    const std::string range = std::to_string(from) + "-" + std::to_string(from + size - 1);
    command("AT+SHAHEAD=\"Range\",\"bytes=" + range + "\"");
    EXPECT_EQ(command("AT+SHREQ=\"/firmware.bin\",1"), "\r\nOK\r\n");
    const std::string expected = "\r\n+SHREQ: \"GET\",206," + std::to_string(size) + "\r\n";
    EXPECT_EQ(uart.readUntil(expected), expected);
    return read(size);
  }
  std::string fetchAll() {
    std::string content;
    while (content.size() < kFileSize && !HasFailure()) {
      content += fetch(content.size(), std::min(kRange, kFileSize - content.size()));
    }
    return content;
  }
};

TEST_F(HttpProgramTest, FirmwareComesInRangesByteForByte) {
  const std::string file = firmware(kFileSize);
  const test::FileServer server(file);
  ASSERT_EQ(connect(server.url()), "\r\nOK\r\n");
  EXPECT_TRUE(fetchAll() == file);
  EXPECT_EQ(command("AT+SHDISC"), "\r\nOK\r\n");
}

TEST_F(HttpProgramTest, FirmwareComesInRangesOverTls) {
  test::makeCertificates(directory.path());
  trustTestCa(directory.path());
  const std::string file = firmware(kFileSize);
  const test::FileServer server(file, directory.path());
  ASSERT_EQ(connect(server.url()), "\r\nOK\r\n");
  EXPECT_TRUE(fetchAll() == file);
}

TEST_F(HttpProgramTest, ServerWithAnotherNameIsRefused) {
  test::makeCertificates(directory.path());
  trustTestCa(directory.path());
  command("AT+CSSLCFG=\"SNI\",1,\"example.org\"");
  const test::FileServer server("x", directory.path());
  EXPECT_EQ(connect(server.url(), "ERROR\r\n"), "\r\nERROR\r\n");
}

TEST_F(HttpProgramTest, WholeFileGoesIntoTheFileSystem) {
  constexpr std::size_t kSize = 300'007;
  const std::string file = firmware(kSize);
  const test::FileServer server(file);
  EXPECT_EQ(command("AT+HTTPTOFS=\"" + server.url() + "/firmware.bin\",\"/customer/firmware.bin\""), "\r\nOK\r\n");
  const std::string done = "\r\n+HTTPTOFS: 200," + std::to_string(kSize) + "\r\n";
  EXPECT_EQ(uart.readUntil(done), done);
  command("AT+CFSINIT");
  EXPECT_THAT(command("AT+CFSGFIS=3,\"firmware.bin\""), HasSubstr("+CFSGFIS: " + std::to_string(kSize)));
  // From the end: CFSRFILE's mode 1 reads from a position, at most 10240 bytes.
  const std::string tail = file.substr(kSize - 10'240);
  command("AT+CFSRFILE=3,\"firmware.bin\",1,10240," + std::to_string(kSize - 10'240), "10240\r\n");
  EXPECT_TRUE(uart.readBytes(10'240) == tail);
}

}  // namespace
}  // namespace smartkar::modem_sim
