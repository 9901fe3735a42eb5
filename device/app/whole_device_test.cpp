// The whole device down to the modem's serial line: no turn uses the heap.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "device/app/device.hpp"
#include "device/app/testing/heap_guard.hpp"
#include "device/at/testing/fake_pins.hpp"
#include "device/at/testing/scripted_modem.hpp"
#include "device/command/testing/counting_entropy.hpp"
#include "device/platform/testing/cut_flash.hpp"
#include "device/power/simulated_power_chip.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "protocol/status_message.hpp"
#include "protocol/sync.hpp"

namespace smartkar::device {
namespace {

constexpr const char* kCcid = "8949000000000000001";

// The far ends of the wires belong to the test, which may use the heap.
class UnguardedUart : public Uart {
 public:
  explicit UnguardedUart(Uart& inner) : inner_(inner) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const HeapPause pause;
    return inner_.read(into);
  }
  std::size_t write(std::span<const std::uint8_t> bytes) override {
    const HeapPause pause;
    return inner_.write(bytes);
  }

 private:
  Uart& inner_;
};

class UnguardedPins : public ModemPins {
 public:
  explicit UnguardedPins(ModemPins& inner) : inner_(inner) {}
  void setPowerKey(bool pressed) override {
    const HeapPause pause;
    inner_.setPowerKey(pressed);
  }
  void setDtr(bool high) override { inner_.setDtr(high); }
  void setRail(bool on) override {
    const HeapPause pause;
    inner_.setRail(on);
  }
  bool ri() const override { return inner_.ri(); }

 private:
  ModemPins& inner_;
};

struct CountingWatchdog : Watchdog {
  void feed() override { ++fed; }
  int fed = 0;
};

std::string inHex(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string hex;
  for (const char c : text) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

// A modem that can do everything and fails in nothing.
class WillingModem {
 public:
  using Reply = ScriptedModem::Reply;

  std::optional<Reply> answer(const std::string& command) {
    if (command.starts_with("AT+SMPUB=")) return takes("\r\n>", command, command.find("\",") + 1);
    if (command.starts_with("AT+CFSWFILE=")) return writeFile(command);
    if (command.starts_with("AT+CFSGFIS="))
      return says(files_.count(nameIn(command)) > 0 ? "+CFSGFIS: 1500|OK" : "ERROR");
    if (command == "AT+SMCONN") session_ = true;
    if (command == "AT+SMSTATE?") return says(session_ ? "+SMSTATE: 1|OK" : "+SMSTATE: 0|OK");
    if (command == "AT+CPIN?") return says("+CPIN: READY|OK");
    if (command == "AT+CNACT?") return says("+CNACT: 0,1,\"10.0.0.1\"|OK");
    if (command == "AT+COPS?") return says("+COPS: 0,0,\"Tele\",7|OK");
    if (command == "AT+CPOWD=1") return says("NORMAL POWER DOWN");
    return says("OK");
  }

 private:
  static Reply says(std::string_view lines) { return {wire(lines)}; }
  // comma: before the number of bytes.
  static Reply takes(std::string prompt, const std::string& command, std::size_t comma) {
    return {std::move(prompt), 15ms, std::stoul(command.substr(comma + 1)), wire("OK")};
  }
  Reply writeFile(const std::string& command) {
    files_.insert(nameIn(command));
    return takes(wire("DOWNLOAD"), command, command.find(',', command.find("\",") + 2));
  }
  static std::string nameIn(const std::string& command) {
    const std::size_t begin = command.find('"') + 1;
    return command.substr(begin, command.find('"', begin) - begin);
  }

  std::set<std::string> files_;
  bool session_ = false;
};

struct WholeDevice : testing::Test {
  WholeDevice() {
    config.mqtt.broker.host = "broker.example";
    config.mqtt.client_id = kCcid;
    config.mqtt.ccid = kCcid;
    config.mqtt.identity = {{"ca.pem", pem}, {"car.pem", pem}, {"car.key", pem}};
    line.answerer = [this](const std::string& command) { return modem.answer(command); };
    line.on_block = [this](const std::string& block) {
      if (block.front() == '{') published += block + "\n";
      if (server_up && block.find("\"contact\"") != std::string::npos) greet(block);
    };
  }

  // The server's answer to an announcement, and a command.
  void greet(const std::string& announcement) {
    protocol::JsonDocument document;
    const auto status = protocol::decodeStatus(announcement, document);
    protocol::Sync sync;
    sync.contact = *status->contact;
    sync.now = unixTime(1767225600);
    char text[protocol::kCommandBytesMax];
    deliver(*protocol::encodeSync(sync, text));
    protocol::CommandOut command;
    command.id = 5;
    command.action = "vehicle.startCharging";
    command.expires_at = sync.now + std::chrono::hours(1);
    command.contact = sync.contact;
    deliver(*protocol::encodeCommand(command, text));
  }
  void deliver(std::string_view payload) {
    line.say(wire("+SMSUB: \"smartkar/" + std::string(kCcid) + "/command\",\"" + inHex(payload) + "\""), 200ms);
  }

  // From the wake to the sleep.
  void live() {
    const auto device = std::make_unique<Device>(platform, config, retained, WakeCause::FreshBoot, now);
    for (int turns = 0; turns < 100'000 && step.kind == NextStep::Kind::Wait; ++turns) {
      line.advance(now);
      {
        const HeapGuard guard;
        step = device->step(now);
      }
      EXPECT_EQ(watchdog.fed, turns + 1);
      now = std::max(now + 1ms, std::min(step.deadline, line.nextEvent()));
    }
    EXPECT_EQ(step.kind, NextStep::Kind::Sleep);
  }

  const std::string pem = std::string(1500, 'p');
  Instant now{};
  ScriptedModem line;
  WillingModem modem;
  FakePins pins;
  UnguardedUart uart{line};
  UnguardedPins wires{pins};
  EGolfModel vehicle{EGolfSettings{}, nullptr};
  SimulatedPowerChip power;
  CutFlash flash{4096};
  CutFlash settings_flash{4096};
  CountingEntropy entropy;
  CountingWatchdog watchdog;
  NullLogSink log;
  Platform platform{uart, wires, vehicle, power, flash, settings_flash, entropy, watchdog, log};
  DeviceConfig config;
  RetainedMemory retained{};
  NextStep step;
  bool server_up = true;
  std::string published;
};

TEST_F(WholeDevice, UsesNoHeapFromAColdStartThroughACommandToTheSleep) {
  live();
  EXPECT_NE(published.find(R"("id":5,"ok":true,"status":"completed")"), std::string::npos) << published;
  EXPECT_NE(published.find(R"("reason":"sleep")"), std::string::npos) << published;
}

TEST_F(WholeDevice, UsesNoHeapWithoutAServer) {
  server_up = false;
  live();
  EXPECT_NE(published.find(R"("online":true)"), std::string::npos) << "it had nobody to hear it";
}

TEST_F(WholeDevice, UsesNoHeapOverSocketsThatNobodyAnswers) {
  config.mqtt.engine = MqttEngineKind::Socket;
  config.tcp.host = "tcp.example";
  live();
  EXPECT_TRUE(
      std::ranges::any_of(line.commands, [](const auto& command) { return command.starts_with("AT+CAOPEN="); }));
}

}  // namespace
}  // namespace smartkar::device
