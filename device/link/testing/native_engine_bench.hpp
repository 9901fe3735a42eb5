#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/at/testing/at_bench.hpp"
#include "device/at/testing/fake_pins.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/native_engine.hpp"
#include "device/link/testing/recording_sink.hpp"

namespace smartkar::device {

inline constexpr const char* kCcid = "8949000000000000001";
inline constexpr const char* kSubscribe = "AT+SMSUB=\"smartkar/8949000000000000001/command\",1";
inline constexpr const char* kUnsubscribe = "AT+SMUNSUB=\"smartkar/8949000000000000001/command\"";
inline constexpr const char* kPublishState = "AT+SMPUB=\"smartkar/8949000000000000001/state\",7,1,0";
inline constexpr std::string_view kPayload = "{\"a\":1}";

inline MqttSettings plainSettings() {
  MqttSettings settings;
  settings.broker.host = "broker.example";
  settings.broker.port = 1883;
  settings.tls = false;
  settings.client_id = kCcid;
  settings.ccid = kCcid;
  return settings;
}

inline std::string inboundLine(std::string_view payload) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string line = "+SMSUB: \"smartkar/8949000000000000001/command\",\"";
  for (const char c : payload) {
    line += kDigits[static_cast<unsigned char>(c) >> 4];
    line += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return line + "\"";
}

// A modem with bearer, already configured.
class NativeEngineTest : public ::testing::Test {
 protected:
  explicit NativeEngineTest(const MqttSettings& settings = plainSettings())
      : files(sender, settings.identity), profile(settings) {
    bench.modem.on("AT+CMEE?", "+CMEE: 1|OK");
    bench.modem.on("AT+CNACT?", "+CNACT: 0,1,\"10.0.0.1\"|OK");
    states({"0", "1"});
    bench.modem.onBlock(kPublishState, kPayload.size(), "OK");
    manager.setWill("{\"online\":false,\"boot\":7,\"conn\":3}");
  }
  // What SMSTATE? answers from now on, the last for ever; "" is silence.
  void states(const std::vector<std::string>& answers) {
    bench.modem.forget("AT+SMSTATE?");
    for (const auto& state : answers) bench.modem.on("AT+SMSTATE?", state.empty() ? "" : "+SMSTATE: " + state + "|OK");
  }
  void replace(const std::string& command, const std::string& lines) {
    bench.modem.forget(command);
    bench.modem.on(command, lines);
  }
  static std::optional<LinkError> errorOf(const Result<void, LinkError>& done) {
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  std::optional<LinkError> open() { return errorOf(bench.run(manager.open())); }
  std::optional<LinkError> publish(std::string_view payload = kPayload) {
    return errorOf(bench.run(manager.publish(protocol::Channel::State, payload, false)));
  }
  std::optional<LinkError> close() { return errorOf(bench.run(manager.close())); }
  const std::vector<std::string>& sent() const { return bench.modem.commands; }

  AtBench bench;
  FakePins pins;
  FixedArena<kLinkArenaBytes> arena;
  ModemManager modem_manager{bench.at, pins, bench.scheduler, arena, bench.log, {}};
  CommandSender sender{bench.at, arena};
  TlsFiles files;
  RecordingSink sink;
  MqttProfile profile;
  SavedSession saved;
  NativeEngine engine{{sender, files, sink, bench.log, profile}, bench.scheduler, saved};
  MqttManager manager{bench.at, modem_manager, engine, profile};
};

}  // namespace smartkar::device
