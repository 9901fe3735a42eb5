#pragma once

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "device/at/testing/fake_pins.hpp"
#include "device/at/testing/scripted_modem.hpp"
#include "device/modem/testing/model_sockets.hpp"

namespace smartkar::device {

// What goes wrong with one exchange.
enum class Fault : std::uint8_t {
  Error,        // ERROR, nothing done
  Numbered,     // +CME ERROR: 100, nothing done
  NotAllowed,   // +CME ERROR: 3, nothing done
  Unheard,      // nothing done, nothing said
  AnswerLost,   // done, but nothing said
  AnswerHalf,   // done, the answer breaks off in the middle
  AnswerNoise,  // done, the answer is noise
  NoResult,     // the prompt comes and the data are taken, the result never comes
  Slow,         // done, the answer comes after three seconds
  Reboot,       // the modem restarts
  RebootQuiet,  // it restarts without RDY, as with automatic baud rate
  PowerDown,    // it says NORMAL POWER DOWN and is off
  Deaf,         // it hangs until it is switched off
};
inline constexpr Fault kFaults[] = {Fault::Error,      Fault::Numbered,   Fault::NotAllowed,  Fault::Unheard,
                                    Fault::AnswerLost, Fault::AnswerHalf, Fault::AnswerNoise, Fault::NoResult,
                                    Fault::Slow,       Fault::Reboot,     Fault::RebootQuiet, Fault::PowerDown,
                                    Fault::Deaf};

// A modem with a memory, for tests that inject faults: it knows what it was told since it last started, so that a test
// can compare what the firmware believes with what is true. Simple where the simulator in modem_sim is exact.
class ModelModem {
 public:
  using Reply = ScriptedModem::Reply;

  ModelModem(ScriptedModem& line, FakePins& pins) : sockets(line), line_(line), pins_(pins) {
    line_.answerer = [this](const std::string& command) { return std::optional(answer(command)); };
    line_.on_block = [this](const std::string& block) { takeBlock(block); };
    pins_.on_pulse = [this] { powered() ? switchOff() : start(true); };
    pins_.on_rail = [this](bool on) {
      if (!on) switchOff();
    };
  }

  // The fault hits the exchange with this number, counted from now, once.
  void arm(std::size_t step, std::optional<Fault> fault) {
    steps = 0;
    hit = false;
    fault_step_ = step;
    fault_ = fault;
  }
  void switchOff() {
    line_.cut();
    line_.silent = true;
    forget();
  }
  // rdy: whether it says RDY and +CFUN.
  void start(bool rdy) {
    line_.cut();
    line_.silent = false;
    forget();
    answers_from_ = line_.now() + 1800ms;
    if (rdy) line_.say(wire("RDY|+CFUN: 1"), 2s);
    line_.say(wire("+CPIN: READY"), 3s);
    line_.say(wire("SMS Ready"), 6s);
  }
  void dropBearer() {
    endBearer();
    line_.say(wire("+APP PDP: 0,DEACTIVE"));
  }
  bool powered() const { return !line_.silent || deaf_; }
  bool was(std::string_view setting) const { return settings.count(std::string(setting)) > 0; }

  // Asked at every exchange, beside the armed fault.
  std::function<std::optional<Fault>()> misfortune;
  std::set<std::string> unreachable;  // hosts that refuse every connection
  std::set<std::string> settings;     // what was accepted since the start, literally
  std::map<std::string, std::string> files;
  std::set<std::string> converted;
  std::string broker;  // where the session leads, or the next one will
  bool bearer = false;
  int error_format = 0;  // CMEE
  bool subscribed = false;
  int session = 0;
  ModelSockets sockets;
  std::size_t steps = 0;  // commands heard
  bool hit = false;       // the fault happened
  bool hung = false;      // it has hung at some time

 private:
  void forget() {
    settings.clear();
    bearer = subscribed = deaf_ = false;
    session = error_format = 0;
    line_.echo = true;
    sockets.forget();
  }
  void endBearer() {
    bearer = false;
    session = 0;
    sockets.lose();
  }

  Reply answer(const std::string& command) {
    if (line_.now() < answers_from_ || (pins_.dtr && was("AT+CSCLK=1"))) return {};
    if (const auto fault = misfortune ? misfortune() : std::nullopt) return spoilt(command, *fault);
    const bool faulty = steps++ == fault_step_ && !hit;
    if (!faulty) return carryOut(command);
    hit = true;
    return fault_ ? spoilt(command, *fault_) : carryOut(command);
  }

  Reply spoilt(const std::string& command, Fault fault) {
    switch (fault) {
      case Fault::Error:
        return say("ERROR");
      case Fault::Numbered:
        return say("+CME ERROR: 100");
      case Fault::NotAllowed:
        return say("+CME ERROR: 3");
      case Fault::Unheard:
        return {};
      case Fault::Reboot:
        start(true);
        return {};
      case Fault::RebootQuiet:
        start(false);
        return {};
      case Fault::PowerDown:
        switchOff();
        line_.say(wire("NORMAL POWER DOWN"), 1ms);
        return {};
      case Fault::Deaf:
        line_.cut();
        line_.silent = deaf_ = hung = true;
        return {};
      default:
        return disturbed(carryOut(command), fault);
    }
  }
  // The command was carried out, its answer is not what it should be.
  static Reply disturbed(Reply reply, Fault fault) {
    std::string& text = reply.block > 0 ? reply.final_bytes : reply.bytes;
    if (fault == Fault::AnswerLost || fault == Fault::NoResult) text.clear();
    if (fault == Fault::AnswerHalf) text.resize(text.size() / 2);
    if (fault == Fault::AnswerNoise) text = "\r\n\x01\xFF\x7F>\r\n";
    if (fault == Fault::AnswerLost && reply.block > 0) reply.bytes.clear();
    if (fault == Fault::Slow) reply.after = 3s;
    return reply;
  }

  // TLS takes converted files only.
  bool filesUsable() const {
    return std::ranges::all_of(files, [this](const auto& file) { return converted.count(file.first) > 0; });
  }
  static Reply say(std::string_view lines) { return {wire(lines)}; }

  Reply carryOut(const std::string& command) {
    if (command.starts_with("AT+SM")) return mqtt(command);
    if (command.starts_with("AT+CAOPEN=") && unreachable.count(quoted(command, command.find(",\"TCP\"") + 6)) > 0) {
      return say("+CAOPEN: " + command.substr(10, 1) + ",27|OK");
    }
    if (command.starts_with("AT+CAOPEN=") && was("AT+CASSLCFG=0,\"SSL\",1") && !filesUsable()) {
      return say("+CAOPEN: " + command.substr(10, 1) + ",24|OK");
    }
    if (isSocketCommand(command)) return sockets.answer(command, bearer);
    if (command.starts_with("AT+CFS") || command.starts_with("AT+CSSLCFG=\"CONVERT\"")) return fileCommand(command);
    if (command == "ATE0") line_.echo = false;
    if (command == "AT+CMEE?") return say("+CMEE: " + std::to_string(error_format) + "|OK");
    if (command.starts_with("AT+CMEE=")) error_format = command.back() - '0';
    if (command == "AT+IPR?") return say("+IPR: 115200|OK");
    if (command == "AT+CPIN?") return say(radio_ ? "+CPIN: READY|OK" : "+CME ERROR: 13");
    if (command == "AT+CEREG?") return say(radio_ ? "+CEREG: 0,1|OK" : "+CEREG: 0,0|OK");
    if (command == "AT+CSQ") return say("+CSQ: 20,99|OK");
    if (command == "AT+CCID") return say("8949000000000000001F|OK");
    if (command == "AT+CEDRXRDP") return say("+CEDRXRDP: 4,\"0010\",\"0010\",\"0101\"|OK");
    if (command == "AT+CSCLK?") return say(was("AT+CSCLK=1") ? "+CSCLK: 1|OK" : "+CSCLK: 0|OK");
    if (command == "AT+COPS?") return say("+COPS: 0,0,\"Tele\",7|OK");
    if (command == "AT+CNACT?") return say(bearer ? "+CNACT: 0,1,\"10.0.0.1\"|OK" : "+CNACT: 0,0,\"0.0.0.0\"|OK");
    if (command.starts_with("AT+CNACT=")) return bearerCommand(command.ends_with(",1"));
    if (command.starts_with("AT+CFUN=")) return radioCommand(command);
    if (command == "AT+CPOWD=1") {
      switchOff();
      line_.say(wire("NORMAL POWER DOWN"), 1ms);
      return {};
    }
    settings.insert(command);
    return say("OK");
  }

  Reply bearerCommand(bool on) {
    if (on && bearer) return say("+CME ERROR: 3");
    bearer = on;
    if (!on) endBearer();
    return say(on ? "OK|+APP PDP: 0,ACTIVE" : "OK|+APP PDP: 0,DEACTIVE");
  }
  Reply radioCommand(const std::string& command) {
    radio_ = command != "AT+CFUN=0";
    if (command == "AT+CFUN=1,1") {
      start(true);
      return say("OK");
    }
    if (radio_) return say("OK|+CPIN: READY");
    endBearer();
    return say("+CPIN: NOT READY|OK");
  }

  Reply mqtt(const std::string& command) {
    if (command == "AT+SMSTATE?") return say("+SMSTATE: " + std::to_string(session) + "|OK");
    if (command == "AT+SMCONN") {
      if (session > 0) return say("+CME ERROR: 3");
      if (!bearer || !was("AT+SMCONF=\"SUBHEX\",1") || unreachable.count(broker) > 0) return say("ERROR");
      if (was("AT+SMSSL=1,\"ca.pem\",\"car.pem\"") && !filesUsable()) return say("ERROR");
      session = 1;
      subscribed = false;
      return say("OK");
    }
    if (command == "AT+SMDISC") {
      if (session == 0) return say("ERROR");
      session = 0;
      return say("OK");
    }
    if (command.starts_with("AT+SMSUB") || command.starts_with("AT+SMUNSUB")) {
      if (session == 0) return say("ERROR");
      subscribed = command.starts_with("AT+SMSUB");
      return say("OK");
    }
    if (command.starts_with("AT+SMPUB")) {
      if (session == 0) return say("ERROR");
      return {"\r\n>", 15ms, number(command, command.find("\",") + 2), wire("OK")};
    }
    if (command.starts_with("AT+SMCONF=\"URL\"")) broker = quoted(command, command.find(",\""));
    settings.insert(command);
    return say("OK");
  }

  static bool isSocketCommand(const std::string& command) {
    return command.starts_with("AT+CA") && !command.starts_with("AT+CACFG") && !command.starts_with("AT+CASSLCFG");
  }

  // --- files ---

  Reply fileCommand(const std::string& command) {
    if (command.starts_with("AT+CSSLCFG")) {
      for (std::size_t at = command.find(",\""); at != std::string::npos; at = command.find(",\"", at + 1)) {
        converted.insert(quoted(command, at));
      }
      return say("OK");
    }
    if (command == "AT+CFSINIT" || command == "AT+CFSTERM") {
      const bool begin = command == "AT+CFSINIT";
      if (begin == files_open_) return say("ERROR");
      files_open_ = begin;
      return say("OK");
    }
    if (!files_open_) return say("ERROR");
    const std::string name = quoted(command, command.find(",\""));
    if (command.starts_with("AT+CFSGFIS")) {
      if (files.count(name) == 0) return say("ERROR");
      return say("+CFSGFIS: " + std::to_string(files[name].size()) + "|OK");
    }
    const std::size_t mode = command.find("\",") + 2;
    writing_ = name;
    if (command[mode] == '0') files[name].clear();
    converted.erase(name);
    return {wire("DOWNLOAD"), 15ms, number(command, mode + 2), wire("OK")};
  }
  void takeBlock(const std::string& block) {
    if (!writing_.empty()) files[writing_] += block;
    writing_.clear();
    sockets.takeBlock(block);
  }

  static std::string quoted(const std::string& text, std::size_t comma) {
    const std::size_t begin = comma + 2;
    return text.substr(begin, text.find('"', begin) - begin);
  }
  static std::size_t number(const std::string& text, std::size_t at) {
    std::size_t value = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), value);
    return value;
  }

  ScriptedModem& line_;
  FakePins& pins_;
  std::size_t fault_step_ = SIZE_MAX;
  std::optional<Fault> fault_;
  bool radio_ = true;
  bool deaf_ = false;
  bool files_open_ = false;
  std::string writing_;
  Instant answers_from_{};
};

}  // namespace smartkar::device
