// AT+CFS…: AT Manual V1.05 chapter 9.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

struct FileBench : ModemBench {
  FileBench() {
    ready();
    command("AT+CMEE=2");
    command("AT+CFSINIT");
  }
  // What the modem answers to the bytes.
  std::string write(const std::string& parameters, const std::string& content) {
    command("AT+CFSWFILE=" + parameters + "," + std::to_string(content.size()) + ",1000");
    type(content);
    advance(50ms);
    return takeOutput();
  }
};

TEST(FileCommandsTest, BufferIsTakenOnceAndNeededByEveryCommand) {
  FileBench bench;
  EXPECT_EQ(bench.command("AT+CFSINIT"), "\r\n+CME ERROR: operation not allowed\r\n");
  EXPECT_EQ(bench.command("AT+CFSTERM"), "\r\nOK\r\n");
  for (const char* line : {"AT+CFSTERM", "AT+CFSWFILE=3,f,0,1,100", "AT+CFSRFILE=3,f,0,1,0", "AT+CFSGFIS=3,f",
                           "AT+CFSDFILE=3,f", "AT+CFSREN=3,f,g", "AT+CFSGFRS?"}) {
    EXPECT_EQ(bench.command(line), "\r\n+CME ERROR: operation not allowed\r\n") << line;
  }
}

TEST(FileCommandsTest, DownloadConvertAndSize) {
  FileBench bench;
  const std::string pem = "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(bench.command("AT+CFSWFILE=3,ca.crt,0," + std::to_string(pem.size()) + ",1000"), "\r\nDOWNLOAD\r\n");
  bench.type(pem);
  bench.advance(50ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSGFIS=3,\"ca.crt\""), "\r\n+CFSGFIS: " + std::to_string(pem.size()) + "\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSTERM"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CSSLCFG=\"CONVERT\",2,\"ca.crt\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CSSLCFG=\"CONVERT\",2,\"none\""), "\r\n+CME ERROR: Operation failed\r\n");
}

TEST(FileCommandsTest, DownloadWithTooFewBytesEndsInErrorAfterItsTimeAndChangesNothing) {
  FileBench bench;
  bench.write("3,f,0", "old");
  bench.command("AT+CFSWFILE=3,f,0,10,1000");
  bench.type("123");
  EXPECT_EQ((bench.advance(900ms), bench.takeOutput()), "");
  EXPECT_EQ((bench.advance(200ms), bench.takeOutput()), "\r\n+CME ERROR: Operation failed\r\n");
  EXPECT_EQ(bench.command("AT+CFSRFILE=3,f,0,10,0"), "\r\n+CFSRFILE: 3\r\nold\r\n\r\nOK\r\n");
}

TEST(FileCommandsTest, AppendsOverwritesAndReadsFromAPosition) {
  FileBench bench;
  EXPECT_EQ(bench.write("0,f,0", "abcd"), "\r\nOK\r\n");
  EXPECT_EQ(bench.write("0,f,1", "ef"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSRFILE=0,f,1,3,2"), "\r\n+CFSRFILE: 3\r\ncde\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSRFILE=0,f,1,10,7"), "\r\n+CME ERROR: Param range\r\n");
  EXPECT_EQ(bench.write("0,f,0", "x"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSRFILE=0,f,0,10"), "\r\n+CFSRFILE: 1\r\nx\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSGFIS=1,f"), "\r\n+CME ERROR: not found\r\n");  // another directory
}

TEST(FileCommandsTest, RenamesAndDeletesWhatThereIs) {
  FileBench bench;
  bench.write("3,f,0", "abc");
  EXPECT_EQ(bench.command("AT+CFSGFRS?"), "\r\n+CFSGFRS: 6391805\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSREN=3,f,g"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSREN=3,f,g"), "\r\n+CME ERROR: not found\r\n");
  EXPECT_EQ(bench.command("AT+CFSGFIS=3,g"), "\r\n+CFSGFIS: 3\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSDFILE=3,g"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFSDFILE=3,g"), "\r\n+CME ERROR: not found\r\n");
}

TEST(FileCommandsTest, RefusesWhatTheManualDoesNotAllow) {
  FileBench bench;
  for (const char* line :
       {"AT+CFSWFILE=4,f,0,1,100", "AT+CFSWFILE=3,f,2,1,100", "AT+CFSWFILE=3,f,0,0,100", "AT+CFSWFILE=3,f,0,10241,100",
        "AT+CFSWFILE=3,f,0,1,99", "AT+CFSWFILE=3,f,0,1,10001", "AT+CFSWFILE=3,\"\",0,1,100"}) {
    EXPECT_EQ(bench.command(line), "\r\n+CME ERROR: Param range\r\n") << line;
  }
  EXPECT_EQ(bench.command("AT+CFSWFILE=3,f,0,1"), "\r\n+CME ERROR: Param count not enough\r\n");
  EXPECT_EQ(bench.command("AT+CFSGFIS=3," + std::string(231, 'n')), "\r\n+CME ERROR: Param range\r\n");
}

TEST(FileCommandsTest, FilesSurviveAPowerCutButTheBufferDoesNot) {
  FileBench bench;
  bench.write("3,f,0", "abc");
  bench.modem.setVbat(false, bench.now);
  bench.ready();
  EXPECT_EQ(bench.command("AT+CFSGFIS=3,f"), "\r\nERROR\r\n");
  bench.command("AT+CFSINIT");
  EXPECT_EQ(bench.command("AT+CFSGFIS=3,f"), "\r\n+CFSGFIS: 3\r\n\r\nOK\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
