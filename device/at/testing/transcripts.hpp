#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/at/at_command.hpp"

namespace smartkar::device {

using namespace std::string_view_literals;

// One exchange as the manual and the field captures have it (docs/sources.md), in the form of wire(): lines separated
// by `|`.
struct Transcript {
  AtCommand command;
  std::string_view answer;       // up to the final result, or after the data block if there is one
  std::string_view prompt = {};  // before the data block
  bool ok = true;                //
  int code = -1;                 //
  std::vector<std::string> information = {};
  std::string_view block = {};  // what the data block of the answer holds
};

// What every firmware dialogue consists of, with every kind of ending.
inline std::vector<Transcript> knownTranscripts() {
  static constexpr std::string_view kPayload = "{\"a\":1,\"b\":\"x\r\nOK\r\n> \"}";
  static const std::string kWhole(1024, '>');
  // A block that looks like everything the engine knows.
  static constexpr std::string_view kHostile =
      "+CARECV: 38,\r\nOK\r\nERROR\r\nRDY\r\n+CARECV: 9,\0\xFF>\r\nAT\r\n|OK"sv;
  static std::array<std::uint8_t, 64> buffer;
  const auto receive = [](AtBlock form) {
    return AtCommand{.line = "AT+CARECV=0,64", .timeout = 5s, .block = form, .into = buffer};
  };
  const auto plain = [](std::string_view line) { return AtCommand{.line = line, .timeout = 5s}; };
  const auto publish = [](std::string_view line, std::string_view data) {
    return AtCommand{.line = line, .timeout = 60s, .data = data, .prompt = AtPrompt::Angle};
  };
  const auto file = [](std::string_view data) {
    return AtCommand{
        .line = "AT+CFSWFILE=3,\"ca.pem\",0,4,10000", .timeout = 15s, .data = data, .prompt = AtPrompt::Download};
  };
  return {
      {plain("AT"), "OK"},
      {plain("ATE0"), "OK"},
      {plain("AT+CSQ"), "+CSQ: 20,99|OK", {}, true, -1, {"+CSQ: 20,99"}},
      {plain("AT+CMEE?"), "+CMEE: 1|OK", {}, true, -1, {"+CMEE: 1"}},
      {plain("AT+CPIN?"), "+CPIN: READY|OK", {}, true, -1, {"+CPIN: READY"}},
      {plain("AT+CPIN?"), "+CME ERROR: 10", {}, false, 10},
      {plain("AT+CPIN?"), "+CME ERROR: SIM not inserted", {}, false},
      {{.line = "AT+CCID", .timeout = 5s, .bare_lines = true},
       "8949000000000000001F|OK",
       {},
       true,
       -1,
       {"8949000000000000001F"}},
      {{.line = "AT+GSN", .timeout = 5s, .bare_lines = true}, "866207050000001|OK", {}, true, -1, {"866207050000001"}},
      {plain("AT+CEREG?"),
       "+CEREG: 4,1,\"5B57\",\"195071B\",9,,,\"00000000\",\"01100000\"|OK",
       {},
       true,
       -1,
       {"+CEREG: 4,1,\"5B57\",\"195071B\",9,,,\"00000000\",\"01100000\""}},
      {plain("AT+CNACT?"),
       "+CNACT: 0,1,\"10.94.36.44\"|+CNACT: 1,0,\"0.0.0.0\"|+CNACT: 2,0,\"0.0.0.0\"|+CNACT: 3,0,\"0.0.0.0\"|OK",
       {},
       true,
       -1,
       {"+CNACT: 0,1,\"10.94.36.44\"", "+CNACT: 1,0,\"0.0.0.0\"", "+CNACT: 2,0,\"0.0.0.0\"",
        "+CNACT: 3,0,\"0.0.0.0\""}},
      {plain("AT+CNACT=0,1"), "OK"},
      {plain("AT+CEDRXS?"),
       "+CEDRXS: 4,\"0010\"|+CEDRXS: 5,\"0101\"|OK",
       {},
       true,
       -1,
       {"+CEDRXS: 4,\"0010\"", "+CEDRXS: 5,\"0101\""}},
      {plain("AT+SMCONN"), "OK"},
      {plain("AT+SMCONN"), "ERROR", {}, false},
      {plain("AT+SMCONN"), "+CME ERROR: operation not allowed", {}, false},
      {plain("AT+SMSTATE?"), "+SMSTATE: 2|OK", {}, true, -1, {"+SMSTATE: 2"}},
      {plain("AT+CMGL=\"ALL\""), "+CMS ERROR: 500", {}, false, 500},
      {{.line = "AT+CPOWD=1", .timeout = 5s, .final_line = "NORMAL POWER DOWN"}, "NORMAL POWER DOWN"},
      {publish("AT+SMPUB=\"t\",25,1,0", kPayload), "OK", ">"},
      {publish("AT+SMPUB=\"t\",1024,1,0", kWhole), "OK", ">"},
      {publish("AT+SMPUB=\"t\",25,1,0", kPayload), "ERROR", ">", false},
      {publish("AT+SMPUB=\"t\",25,1,0", kPayload), "+CME ERROR: 3", {}, false, 3},
      {receive(AtBlock::Raw), "+CARECV: 0|OK", {}, true, -1, {"+CARECV: 0"}},
      {receive(AtBlock::Raw), "+CARECV: 5,hello|OK", {}, true, -1, {"+CARECV: 5"}, "hello"},
      {receive(AtBlock::Raw), kHostile, {}, true, -1, {"+CARECV: 38"}, kHostile.substr(12, 38)},
      {receive(AtBlock::Hex), "+CARECV: 4,4F4b0D0a|OK", {}, true, -1, {"+CARECV: 4"}, "OK\r\n"},
      {receive(AtBlock::Raw), "+CME ERROR: 3", {}, false, 3},
      {file("file"), "OK", "DOWNLOAD|"},
      {file("file"), "ERROR", "DOWNLOAD|", false},
  };
}

}  // namespace smartkar::device
