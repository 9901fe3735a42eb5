#include "device/modem/sim7080.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::device::sim7080 {
namespace {

TEST(Sim7080, Commands_AreThoseOfTheManual) {
  CommandLine line;
  EXPECT_EQ(edrx(line, "0010").line, "AT+CEDRXS=1,4,\"0010\"");
  EXPECT_EQ(bearerSettings(line, "iot.apn").line, "AT+CNCFG=0,1,\"iot.apn\"");
  EXPECT_EQ(mqttUrl(line, "broker.example", 8883).line, "AT+SMCONF=\"URL\",\"broker.example\",8883");
  EXPECT_EQ(mqttNumber(line, "KEEPTIME", 300).line, "AT+SMCONF=\"KEEPTIME\",300");
  EXPECT_EQ(mqttSubscribe(line, "smartkar/x/command").line, "AT+SMSUB=\"smartkar/x/command\",1");
  EXPECT_EQ(mqttPublish(line, "t", "hello", true).line, "AT+SMPUB=\"t\",5,1,1");
  EXPECT_EQ(mqttTls(line, "ca.pem", "dev.pem").line, "AT+SMSSL=1,\"ca.pem\",\"dev.pem\"");
  EXPECT_EQ(tlsConvertCertificate(line, "dev.pem", "dev.key").line, "AT+CSSLCFG=\"CONVERT\",1,\"dev.pem\",\"dev.key\"");
  EXPECT_EQ(fileWrite(line, "ca.pem", "abc", false).line, "AT+CFSWFILE=3,\"ca.pem\",0,3,10000");
}

TEST(Sim7080, CommandsBeyondTheModemsLimits_AreEmpty) {
  CommandLine line;
  EXPECT_EQ(mqttPublish(line, "t", std::string(1025, 'x'), false).line, "");
  EXPECT_EQ(mqttSubscribe(line, std::string(129, 't')).line, "");
  EXPECT_EQ(mqttTls(line, std::string(21, 'c'), "").line, "");
  EXPECT_EQ(mqttTls(line, "", "dev.pem").line, "") << "without a CA the modem trusts every server";
  EXPECT_EQ(fileWrite(line, "ca.pem", std::string(10241, 'x'), false).line, "");
}

TEST(Sim7080, Defect41Ccid_MustBeNineteenOrTwentyDigits) {
  EXPECT_EQ(parseCcid("8949000000000000001"), Ccid("8949000000000000001"));
  EXPECT_EQ(parseCcid("89490000000000000012"), Ccid("89490000000000000012"));
  EXPECT_EQ(parseCcid("8949000000000000001F"), Ccid("8949000000000000001"));
  for (const char* text : {"OK", "+CCID: 8949000000000000001", "894900000000000000", "894900000000000000123",
                           "8949000000000000 01", "FF"}) {
    EXPECT_EQ(parseCcid(text), std::nullopt) << text;
  }
}

TEST(Sim7080, Signal_IsInDbm) {
  EXPECT_EQ(parseSignal("+CSQ: 0,99"), -115);
  EXPECT_EQ(parseSignal("+CSQ: 1,0"), -111);
  EXPECT_EQ(parseSignal("+CSQ: 2,0"), -110);
  EXPECT_EQ(parseSignal("+CSQ: 30,0"), -54);
  EXPECT_EQ(parseSignal("+CSQ: 31,0"), -52);
  EXPECT_EQ(parseSignal("+CSQ: 99,99"), std::nullopt);
  EXPECT_EQ(parseSignal("+CSQ: x"), std::nullopt);
}

TEST(Sim7080, Registration_TakesTheSecondFieldOfTheReadForm) {
  EXPECT_EQ(parseRegistration("+CEREG: 0,1"), Registration::Home);
  EXPECT_EQ(parseRegistration("+CEREG: 4,5,\"5B57\",\"195071B\",9,,,\"00000000\",\"01100000\""), Registration::Roaming);
  EXPECT_EQ(parseRegistration("+CEREG: 1"), std::nullopt);
  EXPECT_EQ(parseRegistration("+CEREG: 0,9"), std::nullopt);
}

TEST(Sim7080, Defect46BearerLoss_IsNotActivation) {
  EXPECT_EQ(parseBearerUrc("+APP PDP: 0,ACTIVE"), true);
  EXPECT_EQ(parseBearerUrc("+APP PDP: 0,DEACTIVE"), false);
  EXPECT_EQ(parseBearerUrc("+APP PDP: DEACTIVE"), false);
  EXPECT_EQ(parseBearerUrc("+APP PDP: 1,ACTIVE"), std::nullopt);
  EXPECT_EQ(parseBearerUrc("+APP PDP: 0,ACTIVEX"), std::nullopt);
}

TEST(Sim7080, Bearer_IsContextZeroOnly) {
  EXPECT_EQ(parseBearer(AtResponse("+CNACT: 0,1,\"10.0.0.1\"\n+CNACT: 1,0,\"0.0.0.0\"\n")), true);
  EXPECT_EQ(parseBearer(AtResponse("+CNACT: 0,2,\"0.0.0.0\"\n+CNACT: 1,1,\"10.0.0.1\"\n")), false);
  EXPECT_EQ(parseBearer(AtResponse("+CNACT: 1,1,\"10.0.0.1\"\n")), std::nullopt);
}

TEST(Sim7080, SimStatus) {
  EXPECT_EQ(parseSim("+CPIN: READY"), SimStatus::Ready);
  EXPECT_EQ(parseSim("+CPIN: SIM PUK"), SimStatus::Locked);
  EXPECT_EQ(parseSim("+CPIN: NOT INSERTED"), SimStatus::Missing);
  EXPECT_EQ(parseSim("+CPIN: NOT READY"), SimStatus::Busy);
  EXPECT_EQ(parseSim("READY"), std::nullopt);
}

TEST(Sim7080, Defect7And8Inbound_IsTakenOnlyIfExactlyTopicAndHex) {
  const auto inbound = parseInbound("+SMSUB: \"smartkar/1/command\",\"7B226964223A317D\"");
  ASSERT_TRUE(inbound);
  EXPECT_EQ(inbound->topic, "smartkar/1/command");
  EXPECT_EQ(inbound->hex, "7B226964223A317D");
  EXPECT_TRUE(parseInbound("+SMSUB: \"t\",\"\""));
  EXPECT_TRUE(parseInbound("+SMSUB: \"t\",\"7b7D\""));
  for (const char* line : {"+SMSUB: \"t\",\"7B2\"", "+SMSUB: \"t\",\"7G\"", "+SMSUB: \"t\",\"7B", "+SMSUB: t,7B",
                           "+SMSUB: \"t\"", "+SMSUB: \"\",\"7B\"", "+SMSUB: \"t\",\"{\"a\":1}\"", "+SMSUB: \"",
                           "+SMSUB: \"t\"x\",\"7B\"", "+SMSUB:", "+SMSUB: \"t\",\"7B\" "}) {
    EXPECT_FALSE(parseInbound(line)) << line;
  }
}

TEST(Sim7080, Defect59GrantedEdrx_IsTheThirdField) {
  EXPECT_EQ(parseGrantedEdrx("+CEDRXRDP: 4,\"0010\",\"0011\",\"0101\""), EdrxCycle("0011"));
  EXPECT_EQ(parseGrantedEdrx("+CEDRXRDP: 0"), EdrxCycle());
  for (const char* line :
       {"+CEDRXRDP: 4", "+CEDRXRDP: 4,\"0010\",\"001\",\"0\"", "+CEDRXRDP: 4,,\"0012\",", "OK", ""}) {
    EXPECT_EQ(parseGrantedEdrx(line), std::nullopt) << line;
  }
}

TEST(Sim7080, Operator_IsNameAndTechnology) {
  const auto found = parseOperator("+COPS: 0,0,\"Tele, Com\",7");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "Tele, Com");
  EXPECT_EQ(found->technology, 7);
  EXPECT_EQ(parseOperator("+COPS: 0,0,\"" + std::string(40, 'x') + "\",9")->name, std::string(32, 'x'));
  for (const char* line :
       {"+COPS: 0", "+COPS: 0,0,\"", "+COPS: 0,0,\"x\"", "+COPS: 0,0,\"x\",", "+COPS: 0,0,\",7", ""}) {
    EXPECT_FALSE(parseOperator(line)) << line;
  }
}

TEST(Sim7080, MqttStateAndFileSize) {
  EXPECT_EQ(parseMqttState("+SMSTATE: 2"), 2);
  EXPECT_EQ(parseMqttState("+SMSTATE: 3"), std::nullopt);
  EXPECT_EQ(parseMqttState("+SMSTATE: 1x"), std::nullopt);
  EXPECT_EQ(parseFileSize("+CFSGFIS: 1188"), 1188u);
}

TEST(Sim7080, SocketLines) {
  EXPECT_EQ(parseSocketOpen("+CAOPEN: 1,27", 1), 27);
  for (const char* line : {"+CAOPEN: 0,27", "+CAOPEN: 1", "+CAOPEN: 1,", "+CAOPEN: 1,-1", "+CAOPEN: 1,0,0", ""}) {
    EXPECT_EQ(parseSocketOpen(line, 1), std::nullopt) << line;
  }
  EXPECT_EQ(parseSocketState("+CASTATE: 12,1")->id, 12);
  EXPECT_TRUE(parseSocketState("+CASTATE: 12,1")->connected);
  EXPECT_FALSE(parseSocketState("+CASTATE: 0,0")->connected);
  for (const char* line : {"+CASTATE: 13,1", "+CASTATE: 1,3", "+CASTATE: 1", "+CASTATE: ,1", "CASTATE: 1,1"}) {
    EXPECT_FALSE(parseSocketState(line)) << line;
  }
  EXPECT_EQ(parseSocketData("+CADATAIND: 0"), 0);
  EXPECT_EQ(parseSocketData("+CADATAIND: 0,5"), std::nullopt);
}

}  // namespace
}  // namespace smartkar::device::sim7080
