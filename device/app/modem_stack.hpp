#pragma once

#include <string_view>
#include <variant>

#include "device/app/device_config.hpp"
#include "device/app/modem_port.hpp"
#include "device/at/at_engine.hpp"
#include "device/link/link_selector.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/native_engine.hpp"
#include "device/link/saved_session.hpp"
#include "device/link/socket_engine.hpp"
#include "device/modem/modem_manager.hpp"
#include "device/platform/modem_pins.hpp"

namespace smartkar::device {

// AT engine, modem manager and all links, put together.
class ModemStack : public ModemPort {
 public:
  // All but config must outlive the object; what config's views point to must too. saved, choice: in the retained
  // memory, first looked at when a link is opened.
  ModemStack(Scheduler& scheduler, Arena& arena, Uart& uart, ModemPins& pins, InboundSink& sink, LogSink& log,
             const DeviceConfig& config, SavedSession& saved, LinkChoice& choice)
      : scheduler_(scheduler),
        pins_(pins),
        apn_(config.modem.apn),
        at_(uart, scheduler, log),
        modem_(at_, pins, scheduler, arena, log, modemSettings(config)),
        sender_(at_, arena),
        files_(sender_, config.mqtt.identity),
        profile_(mqttSettings(config)),
        socket_(sender_, modem_, files_, scheduler, log, 0),
        engine_(makeEngine({sender_, files_, sink, log, profile_}, saved)),
        mqtt_(at_, modem_, engine_, profile_),
        tcp_(sender_, modem_, files_, scheduler, sink, log, config.tcp),
        selector_(mqtt_, tcp_, config.link_policy, configuredLinks(config), choice, scheduler, log) {}

  LinkSelector& link() { return selector_; }
  Arena& arena() { return modem_.arena(); }

  void poll(Instant now) override { at_.poll(now); }
  Instant nextDeadline() const override { return at_.nextDeadline(); }
  Task<bool> prepareForSleep() override;
  Task<void> powerDown() override { return modem_.powerDown(); }
  void cutPower() override { pins_.setRail(false); }
  bool quiet() override;
  Task<std::uint32_t> network() override;
  Task<std::optional<int>> signal() override;
  Task<SimNumber> simNumber() override;
  bool ringing() const override { return !pins_.ri(); }
  void onContact() override;
  void onSilence() override;
  bool connected() const override { return modem_.connected(); }
  std::string_view stateName() const override { return modemStateName(modem_.state()); }

 private:
  static ModemSettings modemSettings(const DeviceConfig& config);
  static MqttSettings mqttSettings(const DeviceConfig& config);
  static LinkKinds configuredLinks(const DeviceConfig& config);
  MqttEngine& makeEngine(const MqttEngineParts& parts, SavedSession& saved);

  Scheduler& scheduler_;
  ModemPins& pins_;
  const FixedString<64> apn_;
  AtEngine at_;
  ModemManager modem_;
  CommandSender sender_;
  TlsFiles files_;
  MqttProfile profile_;
  ModemSocket socket_;
  std::variant<std::monostate, NativeEngine, SocketEngine> chosen_;
  MqttEngine& engine_;
  MqttManager mqtt_;
  LinkManager tcp_;
  LinkSelector selector_;
};

}  // namespace smartkar::device
