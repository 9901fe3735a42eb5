#include "modem_sim/radio.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

struct RadioBench : ModemBench {
  explicit RadioBench(std::initializer_list<std::pair<const char*, const char*>> switches = {}) {
    for (const auto& [name, value] : switches) set(name, value);
  }
  void set(const char* name, const char* value) {
    EXPECT_TRUE(setSwitch(modem.config(), name, value)) << name;
    modem.run(now);
  }
  // The radio off and on, and a while.
  void cycle() {
    command("AT+CFUN=0");
    command("AT+CFUN=1", 1s);
  }
  std::string registration() { return command("AT+CEREG?"); }
};

TEST(RadioTest, RegistersAtHomeOrRoaming) {
  for (const auto& [value, line] : {std::pair("home", "+CEREG: 0,1"), {"roaming", "+CEREG: 0,5"}}) {
    RadioBench bench({{"registration", value}});
    bench.ready();
    EXPECT_THAT(bench.registration(), HasSubstr(line));
    EXPECT_THAT(bench.command("AT+CNACT=0,1", 1s), HasSubstr("+APP PDP: 0,ACTIVE"));
  }
}

// LilyGo-T-SIM7080G#90: 2, then 3, and nothing more until the radio is cycled.
TEST(RadioTest, DenialIsToldAndStays) {
  RadioBench bench({{"registration", "denied"}});
  bench.ready();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,3"));
  EXPECT_THAT(bench.command("AT+CNACT=0,1", 1s), HasSubstr("+APP PDP: 0,DEACTIVE"));
  EXPECT_THAT(bench.command("AT+CSQ"), HasSubstr("+CSQ: 99,99"));
  bench.set("registration", "home");
  bench.advance(1h);
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,3"));
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,1"));
}

// LilyGo-T-SIM7080G#28: the APN must be set with the radio off.
TEST(RadioTest, NetworkThatWantsItsApnRefusesAnyOther) {
  RadioBench bench({{"attach_needs_apn", "true"}});
  bench.ready();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,3"));
  bench.command("AT+CGDCONT=1,\"IP\",\"wrong\"");
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,3"));
  bench.command("AT+CGDCONT=1,\"IP\",\"iot.sim\"");
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,3"));
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,1"));
}

TEST(RadioTest, NetworkChangesItsMindWhileTheModemIsRegistered) {
  RadioBench bench;
  bench.online();
  bench.command("AT+CEREG=1");
  bench.set("registration", "roaming");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CEREG: 5\r\n");
  bench.set("registration", "denied");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+APP PDP: 0,DEACTIVE\r\n\r\n+CEREG: 3\r\n");
  EXPECT_THAT(bench.command("AT+SMSTATE?"), HasSubstr("+SMSTATE: 0"));
}

// LilyGo-T-SIM7080G#172: 0,2, then 0,0 after about 45 s, and it stays there.
TEST(RadioTest, SearchWithoutACellGivesUp) {
  RadioBench bench;
  bench.modem.setCoverage(false, bench.now);
  bench.modem.powerUpNow(bench.now);
  bench.advance(40s);
  bench.command("ATE0");
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,2"));
  bench.advance(6s);
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,0"));
  bench.modem.setCoverage(true, bench.now);
  bench.advance(10min);
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,0"));
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,1"));
}

TEST(RadioTest, AnotherCellIsToldToWhoWantsTheLocation) {
  for (const auto& [command, line] :
       {std::pair("AT+CEREG=1", ""), {"AT+CEREG=2", "\r\n+CEREG: 1,\"0102\",\"ABC\",7\r\n"}}) {
    RadioBench bench;
    bench.ready();
    bench.command(command);
    EXPECT_TRUE(setSwitch(bench.modem.config(), "tac", "258"));
    bench.set("cell", "2748");
    bench.advance(1s);
    EXPECT_EQ(bench.takeOutput(), line) << command;
    EXPECT_THAT(bench.command("AT+CPSI?"), HasSubstr("0x0102,2748,"));
  }
}

TEST(RadioTest, EngineeringModeShowsTheCellOfTheScenario) {
  RadioBench bench({{"signal", "3"}, {"tac", "258"}, {"cell", "2748"}});
  bench.ready();
  EXPECT_EQ(bench.command("AT+CENG?"),
            "\r\n+CENG: 0,1,1,LTE CAT-M1\r\n+CENG: 0,\"6300,281,-136,-108,-11,12,258,2748,242,01,255\"\r\n\r\nOK\r\n");
}

// AT Manual V1.05 §3.2.9
TEST(RadioTest, DeregisteredModemStaysSoUntilItMayChooseANetwork) {
  RadioBench bench;
  bench.online();
  bench.command("AT+CEREG=1");
  EXPECT_EQ(bench.command("AT+COPS=2", 1s), "\r\n+APP PDP: 0,DEACTIVE\r\n\r\n+CEREG: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+COPS?"), "\r\n+COPS: 2\r\n\r\nOK\r\n");
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 1,0"));
  EXPECT_EQ(bench.command("AT+COPS=1,2,\"26201\"", 1s), "\r\nERROR\r\n") << "another network than the one around";
  EXPECT_THAT(bench.command("AT+COPS=1,2,\"24201\"", 1s), HasSubstr("+CEREG: 1"));
  EXPECT_EQ(bench.command("AT+COPS?"), "\r\n+COPS: 1,2,\"24201\",7\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+COPS=4,1,\"None\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+COPS?"), "\r\n+COPS: 0,1,\"Sim\",7\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+COPS=3,0"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+COPS?"), "\r\n+COPS: 0,0,\"Sim LTE-M\",7\r\n\r\nOK\r\n");
}

// What a socket has sent out of reach is acknowledged later, and breaks nothing.
TEST(RadioTest, SocketOutlivesAShortOutage) {
  RadioBench bench;
  bench.network.speaks_mqtt = false;
  bench.ready();
  bench.command("AT+CNACT=0,1", 1s);
  bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 1s);
  bench.modem.setCoverage(false, bench.now);
  bench.command("AT+CASEND=0,2");
  bench.type("hi");
  bench.advance(10s);
  EXPECT_EQ(bench.command("AT+CAACK=0"), "\r\n+CAACK: 2,2\r\n\r\nOK\r\n");
  bench.modem.setCoverage(true, bench.now);
  bench.advance(5min);
  EXPECT_EQ(bench.network.takeBytes(), "hi");
  EXPECT_EQ(bench.command("AT+CAACK=0"), "\r\n+CAACK: 2,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
}

TEST(RadioTest, AutomaticContextIsTriedAgain) {
  RadioBench bench({{"cnact_failures", "1"}});
  bench.ready();
  EXPECT_EQ(bench.command("AT+CNACT=0,2", 9s), "\r\nOK\r\n\r\n+APP PDP: 0,DEACTIVE\r\n");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+APP PDP: 0,ACTIVE\r\n");
}

TEST(RadioTest, SignalIsThatOfTheScenario) {
  RadioBench bench({{"signal", "3"}});
  bench.ready();
  EXPECT_THAT(bench.command("AT+CSQ"), HasSubstr("+CSQ: 3,99"));
  EXPECT_THAT(bench.command("AT+CPSI?"), HasSubstr(",-136,-108,16"));
}

// TinyGSM tries up to five times.
TEST(RadioTest, ContextNeedsSomeTriesAfterRegistration) {
  RadioBench bench({{"cnact_failures", "2"}});
  bench.ready();
  for (const char* result : {"DEACTIVE", "DEACTIVE", "ACTIVE"}) {
    EXPECT_EQ(bench.command("AT+CNACT=0,1", 1s), "\r\nOK\r\n\r\n+APP PDP: 0," + std::string(result) + "\r\n");
  }
}

TEST(RadioTest, ActiveContextRefusesToBeActivatedOrAcceptsIt) {
  for (const auto& [value, answer] : {std::pair("error", "\r\nERROR\r\n"), {"accept", "\r\nOK\r\n"}}) {
    RadioBench bench({{"cnact_when_active", value}});
    bench.ready();
    bench.command("AT+CNACT=0,1", 1s);
    EXPECT_EQ(bench.command("AT+CNACT=0,1", 1s), answer);
    EXPECT_THAT(bench.command("AT+CNACT?"), HasSubstr("+CNACT: 0,1,"));
  }
}

// TinyGSM#829
TEST(RadioTest, AttachingAgainTakesTwentySeconds) {
  ModemBench bench(Config{});
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.command("ATE0");
  bench.command("AT+CGATT=0");
  EXPECT_EQ(bench.command("AT+CGATT=1", 19s), "");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
}

TEST(RadioTest, UnknownNamesFailAndAddressesDoNot) {
  RadioBench bench({{"dns_works", "false"}});
  bench.ready();
  bench.command("AT+CNACT=0,1", 1s);
  EXPECT_THAT(bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 1s), HasSubstr("+CAOPEN: 0,20"));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,0,\"TCP\",\"192.0.2.1\",1", 1s), HasSubstr("+CAOPEN: 0,0"));
  EXPECT_EQ(bench.network.endpoints.size(), 1U);
}

// LilyGo-T-SIM7080G#179
TEST(RadioTest, WithoutDataLeftNothingOpens) {
  RadioBench bench({{"data_left", "false"}});
  bench.online();
  EXPECT_THAT(bench.command("AT+SMSTATE?"), HasSubstr("+SMSTATE: 0"));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 1s), HasSubstr("+CAOPEN: 0,2"));
}

TEST(SimCardTest, MissingOrBrokenCard) {
  for (const auto& [kind, urc, error] : {std::tuple("missing", "+CPIN: NOT INSERTED", "+CME ERROR: 10"),
                                         {"failure", "+CPIN: NOT READY", "+CME ERROR: 13"}}) {
    RadioBench bench({{"sim", kind}});
    bench.modem.powerUpNow(bench.now);
    bench.advance(1s);
    EXPECT_THAT(bench.takeOutput(), HasSubstr(urc));
    bench.command("AT+CMEE=1");
    EXPECT_THAT(bench.command("AT+CPIN?"), HasSubstr(error));
    EXPECT_THAT(bench.command("AT+CIMI"), HasSubstr(error));
    EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,0"));
  }
}

TEST(SimCardTest, PinOpensTheWayToTheNetworkAndThreeWrongOnesCloseIt) {
  RadioBench bench({{"sim", "pin"}});
  bench.ready();
  bench.command("AT+CMEE=1");
  EXPECT_EQ(bench.command("AT+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CIMI"), "\r\n+CME ERROR: 11\r\n");
  EXPECT_EQ(bench.command("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 16\r\n");
  EXPECT_THAT(bench.command("AT+CPIN=\"1234\"", 1s),
              testing::StartsWith("\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready"));
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,1"));
  bench.cycle();
  for (int i = 0; i < 3; ++i) bench.command("AT+CPIN=\"0000\"");
  EXPECT_THAT(bench.command("AT+CPIN?"), HasSubstr("SIM PUK"));
  EXPECT_EQ(bench.command("AT+CPIN=\"1\",\"5678\""), "\r\n+CME ERROR: 16\r\n");
  EXPECT_THAT(bench.command("AT+CPIN=\"12345678\",\"5678\"", 1s), HasSubstr("+CPIN: READY"));
  bench.cycle();
  EXPECT_THAT(bench.command("AT+CPIN=\"5678\"", 1s), HasSubstr("+CPIN: READY"));
}

TEST(SimCardTest, CardThatFailsWhileRunningTakesEverythingWithIt) {
  RadioBench bench;
  bench.online();
  bench.set("sim", "failure");
  bench.advance(1s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("+CPIN: NOT READY"));
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,0"));
  EXPECT_THAT(bench.command("AT+SMSTATE?"), HasSubstr("+SMSTATE: 0"));
  bench.set("sim", "ready");
  bench.advance(10min);
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,0")) << "a card put in while running is not seen";
  bench.cycle();
  EXPECT_THAT(bench.registration(), HasSubstr("+CEREG: 0,1"));
}

}  // namespace
}  // namespace smartkar::modem_sim
