#include "device/link/tls_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "device/link/testing/native_engine_bench.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kCa(1500, 'c');
const std::string kCertificate(900, 'd');
const std::string kKey(700, 'k');

MqttSettings tlsSettings() {
  MqttSettings settings = plainSettings();
  settings.broker.port = 8883;
  settings.tls = true;
  settings.identity.ca = {"ca.pem", kCa};
  settings.identity.certificate = {"car.pem", kCertificate};
  settings.identity.key = {"car.key", kKey};
  return settings;
}
class TlsFilesTest : public NativeEngineTest {
 protected:
  TlsFilesTest() : NativeEngineTest(tlsSettings()) {
    present("ca.pem", 1500);
    present("car.pem", 900);
    present("car.key", 700);
    acceptWrite("ca.pem", 0, 1024);
    acceptWrite("ca.pem", 1, 476);
    acceptWrite("car.pem", 0, 900);
    acceptWrite("car.key", 0, 700);
  }
  void present(const std::string& name, int size) {
    replace("AT+CFSGFIS=3,\"" + name + "\"", "+CFSGFIS: " + std::to_string(size) + "|OK");
  }
  void missingOnce(const std::string& name, const std::string& first, int size) {
    bench.modem.forget("AT+CFSGFIS=3,\"" + name + "\"");
    bench.modem.on("AT+CFSGFIS=3,\"" + name + "\"", first);
    bench.modem.on("AT+CFSGFIS=3,\"" + name + "\"", "+CFSGFIS: " + std::to_string(size) + "|OK");
  }
  void acceptWrite(const std::string& name, int mode, std::size_t size) {
    bench.modem.onBlock(
        "AT+CFSWFILE=3,\"" + name + "\"," + std::to_string(mode) + "," + std::to_string(size) + ",10000", size, "OK",
        "\r\nDOWNLOAD\r\n");
  }
};

TEST_F(TlsFilesTest, FilesPresent_AreNotWrittenAgain) {
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, IsEmpty());
  EXPECT_THAT(sent(), Not(Contains(StartsWith("AT+CSSLCFG=\"CONVERT\""))));
  EXPECT_THAT(sent(), Contains("AT+CSSLCFG=\"SSLVERSION\",0,3"));
  EXPECT_THAT(sent(), Contains("AT+CSSLCFG=\"IGNORERTCTIME\",0,1"));
  EXPECT_THAT(sent(), Contains("AT+CSSLCFG=\"SNI\",0,\"broker.example\""));
  EXPECT_THAT(sent(), Contains("AT+SMSSL=1,\"ca.pem\",\"car.pem\""));
  EXPECT_TRUE(bench.modem.sentBefore("AT+CFSINIT", "AT+CFSTERM"));
}

TEST_F(TlsFilesTest, FilesMissing_AreWrittenInPiecesAndConverted) {
  missingOnce("ca.pem", "ERROR", 1500);
  missingOnce("car.pem", "ERROR", 900);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kCa.substr(0, 1024), kCa.substr(1024), kKey, kCertificate));
  EXPECT_TRUE(bench.modem.sentBefore("AT+CFSTERM", "AT+CSSLCFG=\"CONVERT\",2,\"ca.pem\""));
  EXPECT_TRUE(bench.modem.sentBefore("AT+CSSLCFG=\"CONVERT\",1,\"car.pem\",\"car.key\"", "AT+SMCONN"));
}

TEST_F(TlsFilesTest, CertificateOfAnotherSize_IsReplacedWithItsKeyAlone) {
  missingOnce("car.pem", "+CFSGFIS: 899|OK", 900);
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kKey, kCertificate));
  EXPECT_THAT(sent(), Not(Contains("AT+CSSLCFG=\"CONVERT\",2,\"ca.pem\"")));
}

TEST_F(TlsFilesTest, FileSystemLeftOpen_IsClosedFirst) {
  bench.modem.on("AT+CFSINIT", "ERROR");
  bench.modem.on("AT+CFSINIT", "OK");
  EXPECT_EQ(open(), std::nullopt);
}

TEST_F(TlsFilesTest, UploadCancelledHalfway_IsRepeatedAlthoughTheSizeFits) {
  missingOnce("ca.pem", "ERROR", 1500);
  {
    Task<Result<void, LinkError>> task = manager.open();
    task.start();
    while (bench.modem.blocks.empty()) bench.runFor(1ms);
  }
  bench.modem.blocks.clear();
  states({"0", "1"});
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_THAT(bench.modem.blocks, ElementsAre(kCa.substr(0, 1024), kCa.substr(1024), kKey, kCertificate));
}

TEST_F(TlsFilesTest, HandshakesRefusedThreeTimes_RenewTheFilesOnce) {
  states({"0"});
  bench.modem.on("AT+SMCONN", "ERROR");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(open(), LinkError::Refused);
  EXPECT_EQ(bench.modem.blocks.size(), 4u);
}

TEST_F(TlsFilesTest, DeepestDialogue_FitsTheArena) {
  missingOnce("ca.pem", "ERROR", 1500);
  bench.modem.on("AT+CMEE?", "+CMEE: 0|OK");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(arena.used(), 0u);
  RecordProperty("arena_high_water", static_cast<int>(arena.highWater()));
  EXPECT_LE(arena.highWater(), kLinkArenaBytes);
}

}  // namespace
}  // namespace smartkar::device
