#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "device/at/testing/at_bench.hpp"
#include "device/link/modem_socket.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/native_engine.hpp"
#include "device/link/socket_engine.hpp"
#include "device/link/testing/model_broker.hpp"
#include "device/link/testing/recording_sink.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {

// For tests that inject faults into MQTT dialogues: what outlives a restart of the processor, and one car for each
// engine, which does not.

inline constexpr char kTestCcid[] = "8949000000000000001";
inline const std::string kTestCommandTopic = std::string("smartkar/") + kTestCcid + "/command";
inline const std::string kTestCa(1500, 'c');
inline const std::string kTestCertificate(900, 'd');
inline const std::string kTestKey(700, 'k');

inline MqttSettings testMqttSettings(bool tls) {
  MqttSettings settings;
  settings.broker.host = "broker.example";
  settings.tls = tls;
  settings.client_id = kTestCcid;
  settings.ccid = kTestCcid;
  if (!tls) return settings;
  settings.identity.ca = {"ca.pem", kTestCa};
  settings.identity.certificate = {"car.pem", kTestCertificate};
  settings.identity.key = {"car.key", kTestKey};
  return settings;
}

struct MqttSurroundings {
  explicit MqttSurroundings(bool tls) : settings(testMqttSettings(tls)) {}

  const MqttSettings settings;
  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  ModelBroker broker{model.sockets, kTestCcid};
  RecordingSink sink;
  SavedSession saved;
};

struct MqttCarParts {
  explicit MqttCarParts(MqttSurroundings& around)
      : modem(around.bench.at, around.pins, around.bench.scheduler, frames, around.bench.log, {.apn = "iot.apn"}),
        sender(around.bench.at, frames),
        files(sender, around.settings.identity),
        profile(around.settings) {}

  FixedArena<kLinkArenaBytes> frames;
  ModemManager modem;
  CommandSender sender;
  TlsFiles files;
  MqttProfile profile;
};

// What is true of the session is what the modem has.
struct NativeCar : MqttCarParts {
  explicit NativeCar(MqttSurroundings& around)
      : MqttCarParts(around),
        engine({sender, files, around.sink, around.bench.log, profile}, around.bench.scheduler, around.saved),
        mqtt(around.bench.at, modem, engine, profile) {}

  static constexpr std::string_view kName = "Native";
  // The session is the modem's: up() is its latest claim, and what comes in sleep or to a broken session is lost.
  static constexpr bool kOwnSession = false;
  static bool inSession(const MqttSurroundings& around) { return around.model.session > 0 && around.model.subscribed; }
  static bool has(const MqttSurroundings& around, std::string_view payload) {
    return std::ranges::count(around.bench.modem.blocks, payload) > 0;
  }
  // False: nobody is there to get it.
  static bool deliver(MqttSurroundings& around, std::string_view payload) {
    if (!inSession(around)) return false;
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string hex;
    for (const char c : payload) (hex += kDigits[c >> 4]) += kDigits[c & 15];
    around.bench.modem.say(wire("+SMSUB: \"" + kTestCommandTopic + "\",\"" + hex + "\""));
    return true;
  }
  static void lose(MqttSurroundings& around) {
    around.model.session = 0;
    around.bench.modem.say(wire("+SMSTATE: 0"));
  }

  NativeEngine engine;
  MqttManager mqtt;
};

// What is true of the session is what the broker has.
struct SocketCar : MqttCarParts {
  explicit SocketCar(MqttSurroundings& around)
      : MqttCarParts(around),
        socket(sender, modem, files, around.bench.scheduler, around.bench.log, 0),
        engine({sender, files, around.sink, around.bench.log, profile}, socket, around.bench.scheduler, around.saved),
        mqtt(around.bench.at, modem, engine, profile) {}

  static constexpr std::string_view kName = "Socket";
  static constexpr bool kOwnSession = true;
  static bool inSession(const MqttSurroundings& around) {
    return around.broker.connected() && around.broker.subscribed(kTestCommandTopic);
  }
  static bool has(const MqttSurroundings& around, std::string_view payload) { return around.broker.has(payload); }
  // False: the broker does not keep it.
  static bool deliver(MqttSurroundings& around, const std::string& payload) {
    return around.broker.deliver(kTestCommandTopic, payload);
  }
  static void lose(MqttSurroundings& around) { around.broker.hangUp(); }

  ModemSocket socket;
  SocketEngine engine;
  MqttManager mqtt;
};

}  // namespace smartkar::device
