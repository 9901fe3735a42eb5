// The program as a user runs it: over its pseudo terminal and control socket, against a real Mosquitto.
#include "modem_sim/program/program_bench_test.hpp"
#include "test/support/certificates.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::modem_sim {
namespace {

using std::filesystem::path;
using test::ChildProcess;
using testing::HasSubstr;

TEST_F(ProgramTest, SubscribesAndPublishesThroughMosquitto) {
  test::Mosquitto broker;
  ASSERT_TRUE(ready);
  registerAndActivate();
  command("AT+SMCONF=\"URL\",\"127.0.0.1\"," + std::to_string(broker.port()));
  exchangeMessages();
  broker.kill();
  EXPECT_THAT(uart.readUntil("+SMSTATE: 0\r\n"), HasSubstr("+SMSTATE: 0"));
}

TEST_F(ProgramTest, MessagesPassMosquittoAtQos2) {
  test::Mosquitto broker;
  ASSERT_TRUE(ready);
  registerAndActivate();
  command("AT+SMCONF=\"URL\",\"127.0.0.1\"," + std::to_string(broker.port()));
  exchangeMessages("2");
  EXPECT_THAT(broker.log(), HasSubstr("Sending PUBREC to car"));
}

TEST_F(ProgramTest, SentencesOfTheReceiverComeAtATerminalOfTheirOwn) {
  const std::string name = link.string() + ".nmea";
  Listener nmea{FileDescriptor(::open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC))};
  command("AT+CFUN=0");
  EXPECT_EQ(tell("gnss 59.9139 10.7522"), "ok\n");
  command("AT+SGNSCFG=\"NMEAOUTPORT\",1;+SGNSCFG=\"NMEATYPE\",64;+CGNSPWR=1");
  EXPECT_THAT(nmea.readUntil("RMC,"), HasSubstr("$G"));
  EXPECT_THAT(nmea.readUntil(",A,5954.834000,N,01045.132000,E,"), HasSubstr("5954.834000"));
}

TEST_F(ProgramTest, PowerCutIsNoticedByTheBrokerOnlyThroughSilence) {
  test::Mosquitto broker;
  registerAndActivate();
  command("AT+SMCONF=\"URL\",\"127.0.0.1\"," + std::to_string(broker.port()));
  command("AT+SMCONF=\"KEEPTIME\",1");
  command("AT+SMCONF=\"TOPIC\",\"car/status\"");
  command("AT+SMCONF=\"MESSAGE\",\"offline\"");
  command("AT+SMCONF=\"RETAIN\",1");
  EXPECT_THAT(command("AT+SMCONN"), HasSubstr("OK"));
  EXPECT_EQ(tell("vbat off"), "ri low\n");
  EXPECT_EQ(control.readUntil("\n"), "ok\n");
  const auto will = test::runProgram(
      {"mosquitto_sub", "-p", std::to_string(broker.port()), "-t", "car/status", "-C", "1", "-W", "10"});
  EXPECT_EQ(will.output, "offline\n");
  EXPECT_THAT(broker.log(), HasSubstr("exceeded timeout"));
}

TEST_F(ProgramTest, ControlSocketDrivesPinsAndReportsRi) {
  ASSERT_TRUE(ready);
  EXPECT_EQ(greeting, "ri high\n");
  registerAndActivate();
  EXPECT_THAT(tell("state"), HasSubstr("\"power\":\"running\""));
  EXPECT_EQ(tell("sms WAKE"), "ok\n");
  EXPECT_EQ(control.readUntil("ri high\n"), "ri low\nri high\n");
  EXPECT_THAT(uart.readUntil("+CMTI: \"SM\",1\r\n"), HasSubstr("+CMTI"));
  EXPECT_EQ(tell("set ri_on_smsub false"), "ok\n");
  EXPECT_EQ(tell("set urc_when_dtr_high lost"), "ok\n");
  EXPECT_EQ(tell("set attach_ms 5"), "ok\n");
  EXPECT_THAT(tell("power"), HasSubstr(R"({"total_mah":)"));
  EXPECT_THAT(tell("questions"), HasSubstr(R"("switch":"ri_on_smsub","value":"false")"));
  EXPECT_THAT(tell("set nothing 1"), HasSubstr("error"));
  EXPECT_THAT(tell("dtr up"), HasSubstr("error: usage: dtr high|low"));
  EXPECT_THAT(tell("dance"), HasSubstr("error: unknown command"));
}

TEST_F(ProgramTest, ShortMessagesPassTheControlSocketBothWays) {
  registerAndActivate();
  command("AT+CMGF=1");
  EXPECT_EQ(tell("sms +4915112345 open the door"), "ok\n");
  control.readUntil("ri high\n");
  uart.readUntil("+CMTI: \"SM\",1\r\n");
  EXPECT_THAT(command("AT+CMGR=1"), testing::AllOf(HasSubstr("\"+4915112345\""), HasSubstr("\r\nopen the door\r\n")));
  command("AT+CMGS=\"+4915112345\"", "> ");
  uart.write("done\x1a");
  EXPECT_EQ(control.readUntil("\n"), "sms +4915112345 done\n");
  EXPECT_EQ(uart.readUntil("OK\r\n"), "\r\n+CMGS: 0\r\n\r\nOK\r\n");
}

TEST_F(ProgramTest, BytesForAHostThatClosedThePortAreLost) {
  registerAndActivate();
  uart = Listener(FileDescriptor());
  while (tell("state").find("\"host_awake\":false") == std::string::npos && !HasFailure()) {
  }
  EXPECT_EQ(tell("fault urc LOST"), "ok\n");
  // The line is 8 bytes: it has left when a later timer, that of the RI pulse of an SMS, has run.
  tell("sms WAKE");
  control.readUntil("ri high\n");
  uart = Listener(openTerminal());
  while (tell("state").find("\"host_awake\":true") == std::string::npos && !HasFailure()) {
  }
  EXPECT_EQ(command("AT"), "\r\nOK\r\n");
}

struct TlsProgramTest : ProgramTest {
  path certificates = directory.path();

  // Runs before the members below are made.
  bool made = (test::makeCertificates(certificates), true);
  test::Mosquitto broker{{.listener_lines = test::mutualTlsLines(certificates), .global_lines = ""}};

  void SetUp() override {
    registerAndActivate();
    command("AT+CFSINIT");
    download("ca.crt", certificates / "ca.crt");
    download("car.crt", certificates / "car.crt");
    download("car.key", certificates / "car.key");
    command("AT+CFSTERM");
    command("AT+CSSLCFG=\"CONVERT\",2,\"ca.crt\"");
    command("AT+CSSLCFG=\"CONVERT\",1,\"car.crt\",\"car.key\"");
    command("AT+CSSLCFG=\"SSLVERSION\",0,3");
    command("AT+CSSLCFG=\"IGNORERTCTIME\",0,1");
    command("AT+SMCONF=\"URL\",\"localhost\"," + std::to_string(broker.port()));
  }
};

TEST_F(TlsProgramTest, ClientCertificateOverTls) {
  command("AT+CSSLCFG=\"SNI\",0,\"localhost\"");
  command("AT+SMSSL=1,\"ca.crt\",\"car.crt\"");
  exchangeMessages();
}

TEST_F(TlsProgramTest, WrongNameUnsetClockAndMissingCertificateAreRefused) {
  command("AT+SMSSL=1,\"ca.crt\",\"car.crt\"");
  command("AT+CSSLCFG=\"SNI\",0,\"example.org\"");
  EXPECT_EQ(command("AT+SMCONN", "ERROR\r\n"), "\r\nERROR\r\n");
  command("AT+CSSLCFG=\"SNI\",0,\"localhost\"");
  command("AT+CSSLCFG=\"IGNORERTCTIME\",0,0");
  EXPECT_EQ(command("AT+SMCONN", "ERROR\r\n"), "\r\nERROR\r\n");
  command("AT+CSSLCFG=\"IGNORERTCTIME\",0,1");
  command("AT+SMSSL=1,\"ca.crt\",\"\"");
  EXPECT_EQ(command("AT+SMCONN", "ERROR\r\n"), "\r\nERROR\r\n");
}

TEST_F(TlsProgramTest, SocketCarriesBytesOverTlsAndTellsWhyACertificateIsRefused) {
  const std::string open = "AT+CAOPEN=0,0,\"TCP\",\"localhost\"," + std::to_string(broker.port());
  command(R"(AT+CASSLCFG=0,"SSL",1;+CASSLCFG=0,"CACERT","ca.crt";+CASSLCFG=0,"CERT","car.crt")");
  command("AT+CSSLCFG=\"SNI\",0,\"example.org\"");
  EXPECT_EQ(command(open), "\r\n+CAOPEN: 0,25\r\n\r\nOK\r\n");
  command("AT+CSSLCFG=\"SNI\",0,\"localhost\"");
  command("AT+CSSLCFG=\"IGNORERTCTIME\",0,0");
  EXPECT_EQ(command(open), "\r\n+CAOPEN: 0,24\r\n\r\nOK\r\n");
  command("AT+CSSLCFG=\"IGNORERTCTIME\",0,1");
  EXPECT_EQ(command(open), "\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  const std::string connect(
      "\x10\x0f\0\x04MQTT\x04\x02\0\x3c\0\x03"
      "car",
      17);
  command("AT+CASEND=0,17", ">");
  uart.write(connect);
  EXPECT_THAT(uart.readUntil("+CADATAIND: 0\r\n"), HasSubstr("OK\r\n\r\n+CADATAIND: 0"));
  EXPECT_EQ(command("AT+CARECV=0,1460"), std::string("\r\n+CARECV: 4,\x20\x02\0\0\r\n\r\nOK\r\n", 25));
  broker.kill();
  EXPECT_THAT(uart.readUntil("+CASTATE: 0,0\r\n"), HasSubstr("+CASTATE: 0,0"));
}

TEST(ProgramStartTest, StopsCleanlyAndRemovesItsFiles) {
  const test::TemporaryDirectory directory;
  const path link = directory.path() / "modem";
  ChildProcess program({SMARTKAR_MODEM_SIM, "--link", link.string()});
  ASSERT_TRUE(program.waitForText("control socket", kPatience));
  EXPECT_EQ(program.stop(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(ProgramStartTest, ListsTheQuestionsAndTheirAnswersAsSet) {
  const auto text = test::runProgram({SMARTKAR_MODEM_SIM, "--list-questions"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.output, HasSubstr("13. Does an SMS reach the SIM?\n     sms_available = true  (false|true)"));
  const auto json = test::runProgram({SMARTKAR_MODEM_SIM, "--list-questions", "--json", "--set", "oversize=truncate"});
  EXPECT_THAT(json.output, HasSubstr(R"("switch":"oversize","value":"truncate","allowed":"drop|truncate")"));
}

TEST(ProgramStartTest, ListsSetsOfAnswersThatItTakes) {
  for (const char* kind : {"alone", "pairwise"}) {
    const auto sets = test::runProgram({SMARTKAR_MODEM_SIM, "--list-answers", kind});
    EXPECT_EQ(sets.exit_code, 0);
    EXPECT_THAT(sets.output, HasSubstr("urc_when_dtr_high=lost"));
  }
  EXPECT_EQ(test::runProgram({SMARTKAR_MODEM_SIM, "--list-answers", "some"}).exit_code, 2);
}

TEST(ProgramStartTest, ExitCodesTellUsageFromStartFailure) {
  EXPECT_EQ(test::runProgram({SMARTKAR_MODEM_SIM}).exit_code, 2);
  EXPECT_EQ(test::runProgram({SMARTKAR_MODEM_SIM, "--link", "/tmp/x", "--set", "nothing=1"}).exit_code, 2);
  EXPECT_EQ(test::runProgram({SMARTKAR_MODEM_SIM, "--link", "/nonexistent/modem"}).exit_code, 1);
  EXPECT_EQ(test::runProgram({SMARTKAR_MODEM_SIM, "--link", "/tmp/x", "--set", "oversize=keep"}).exit_code, 2);
  const auto help = test::runProgram({SMARTKAR_MODEM_SIM, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("pwrkey press|release"));
}

}  // namespace
}  // namespace smartkar::modem_sim
