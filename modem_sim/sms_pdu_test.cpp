// Short messages in PDU mode: AT Manual V1.05 chapter 4, 3GPP TS 23.040 and 23.038.
#include "modem_sim/sms_pdu.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/sms_alphabet.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

// The two messages in the manual's example of AT+CMGL=4.
constexpr const char* kAbcd = "0891683108200105F011640B813118662902F40011A70441E19008";
constexpr const char* kWide = "0891683108200105F011000D91683118662902F40018010400410042";

TEST(SmsPduTest, ManualsExamplesAreRead) {
  const auto abcd = parsePdu(kAbcd, 18, false);
  ASSERT_TRUE(abcd);
  EXPECT_EQ(abcd->number, "13816692204");
  EXPECT_EQ(abcd->text, "ABCD");
  const auto wide = parsePdu(kWide, 19, false);
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->number, "+8613816692204");
  EXPECT_EQ(wide->text, "AB");
}

TEST(SmsPduTest, MessageThatWasWrittenIsShownAsTheManualDoes) {
  const Sms sms{"13816692204", "ABCD", {}, Sms::Status::Unsent};
  const SmsPdu pdu = pduOf(sms, "+8613800210500");
  EXPECT_EQ(pdu.digits, "0891683108200105F011000B813118662902F40000A70441E19008");
  EXPECT_EQ(pdu.length, 18U);
}

TEST(SmsPduTest, ReceivedMessageComesBackAsItWas) {
  for (const char* text : {"WAKE", "{\"a\":1} [x] ~^|\\ €", "grüße", "снег ☃ 🚗", ""}) {
    for (const char* time : {"26/02/11,15:37:38+08", "26/12/31,23:59:59-34"}) {
      const Sms sms{"+491700000000", text, time, Sms::Status::Unread};
      const SmsPdu pdu = pduOf(sms, "+4900000000");
      const auto back = parsePdu(pdu.digits, pdu.length, true);
      ASSERT_TRUE(back) << pdu.digits;
      EXPECT_EQ(back->number, sms.number);
      EXPECT_EQ(back->text, text);
      EXPECT_EQ(back->time, time);
    }
  }
}

TEST(SmsPduTest, HeaderInFrontOfTheTextIsLeftOut) {
  // Concatenation header of 6 octets, then "hello" from the seventh septet on.
  const auto sms = parsePdu("0051000B814910325476F80000A70C050003CC0201D06536FB0D", 25, false);
  ASSERT_TRUE(sms);
  EXPECT_EQ(sms->text, "hello");
}

TEST(SmsPduTest, AnythingElseIsRefused) {
  EXPECT_FALSE(parsePdu(kAbcd, 17, false)) << "another length";
  EXPECT_FALSE(parsePdu(kAbcd, 18, true)) << "another kind";
  const std::string digits = kAbcd;
  for (std::size_t size = 0; size < digits.size(); ++size) {
    EXPECT_FALSE(parsePdu(digits.substr(0, size), size / 2 - std::min<std::size_t>(size / 2, 9), false)) << size;
  }
  EXPECT_FALSE(parsePdu("0891683108200105F0X1640B813118662902F40011A70441E19008", 18, false));
}

TEST(SmsAlphabetTest, CodingFollowsTheSchemesGroups) {
  for (const auto& [scheme, coding] : {std::pair(0x00, SmsCoding::SevenBit),
                                       {0x04, SmsCoding::Octets},
                                       {0x08, SmsCoding::Ucs2},
                                       {0x11, SmsCoding::SevenBit},
                                       {0x18, SmsCoding::Ucs2},
                                       {0xE0, SmsCoding::Ucs2},
                                       {0xF1, SmsCoding::SevenBit},
                                       {0xF5, SmsCoding::Octets},
                                       {0x80, SmsCoding::SevenBit}}) {
    EXPECT_EQ(codingOf(static_cast<std::uint8_t>(scheme)), coding) << scheme;
  }
}

struct PduBench : ModemBench {
  static Config config() {
    Config config = fastConfig();
    config.network_time = unixTime(1'770'817'057);  // 2026-02-11 13:37:37 UTC
    return config;
  }
  PduBench() : ModemBench(config()) { ready(); }
  std::string type(const std::string& line, const std::string& content) {
    EXPECT_EQ(command(line), "\r\n> ");
    ModemBench::type(content + "\x1a");
    advance(500ms);
    return takeOutput();
  }
};

constexpr const char* kWake = "06919400000000040C9194710000000000006220113173830004D7E0B208";

TEST(SmsPduModeTest, ReceivedMessageIsListedReadAndMarked) {
  PduBench bench;
  bench.modem.receiveSms("+491700000000", "WAKE", bench.now);
  bench.advance(500ms);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CMTI: \"SM\",1\r\n");
  const std::string listed = bench.command("AT+CMGL=0,1");
  EXPECT_THAT(listed, testing::StartsWith("\r\n+CMGL: 1,0,,23\r\n069194"));
  EXPECT_THAT(listed, testing::EndsWith("\r\n\r\nOK\r\n"));
  EXPECT_THAT(bench.command("AT+CMGL"), HasSubstr("+CMGL: 1,0,,23"));
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("+CMGR: 1,,23\r\n"));
  EXPECT_EQ(bench.command("AT+CMGL=0"), "\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CMGL=4"), HasSubstr("+CMGL: 1,1,,23"));
  EXPECT_EQ(bench.command("AT+CMGL=5"), "\r\n+CMS ERROR: 323\r\n");
  EXPECT_EQ(bench.command("AT+CMGL=?"), "\r\n+CMGL: (0-4)\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMGD=?"), "\r\n+CMGD: (1),(0-4)\r\n\r\nOK\r\n");
}

TEST(SmsPduModeTest, DirectIndicationCarriesThePdu) {
  PduBench bench;
  bench.command("AT+CNMI=2,2");
  bench.modem.receiveSms("+491700000000", "WAKE", bench.now);
  bench.advance(500ms);
  const std::string line = bench.takeOutput();
  constexpr std::string_view kHead = "\r\n+CMT: ,23\r\n";
  ASSERT_THAT(line, testing::StartsWith(std::string(kHead)));
  const auto sms = parsePdu(line.substr(kHead.size(), line.size() - kHead.size() - 2), 23, true);
  ASSERT_TRUE(sms);
  EXPECT_EQ(sms->number + " " + sms->text, "+491700000000 WAKE");
}

TEST(SmsPduModeTest, SendsStoresAndSendsWhatWasStored) {
  PduBench bench;
  EXPECT_EQ(bench.type("AT+CMGS=18", kAbcd), "\r\n+CMGS: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.type("AT+CMGW=19", kWide), "\r\n+CMGW: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.type("AT+CMGW=23,0", kWake), "\r\n+CMGW: 2\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMSS=1", 500ms), "\r\n+CMSS: 1\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.sms_sent, testing::ElementsAre("13816692204 ABCD", "+8613816692204 AB"));
  bench.command("AT+CMGF=1");
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("\"STO SENT\",\"+8613816692204\",\r\nAB\r\n"));
  EXPECT_THAT(bench.command("AT+CMGR=2"),
              HasSubstr("\"REC UNREAD\",\"+491700000000\",,\"26/02/11,13:37:38+00\"\r\nWAKE"));
}

TEST(SmsPduModeTest, WrongLengthOrDigitsAreAnInvalidPdu) {
  PduBench bench;
  EXPECT_EQ(bench.type("AT+CMGS=17", kAbcd), "\r\n+CMS ERROR: 304\r\n");
  EXPECT_EQ(bench.type("AT+CMGS=18", "nonsense"), "\r\n+CMS ERROR: 304\r\n");
  EXPECT_EQ(bench.command("AT+CMGS=\"+123\""), "\r\n+CMS ERROR: 304\r\n");
  EXPECT_EQ(bench.command("AT+CMGW=18,4"), "\r\n+CMS ERROR: 323\r\n");
  EXPECT_TRUE(bench.sms_sent.empty());
}

}  // namespace
}  // namespace smartkar::modem_sim
