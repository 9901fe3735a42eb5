#include "modem_sim/quirks.hpp"

#include <algorithm>
#include <array>

#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

// In the order of the field reports.
constexpr std::array kQuirks = {
    Quirk{"autobaud-silence", "factory_ipr=0", "no RDY, deaf until an AT came at a legal rate; at the start only"},
    Quirk{"pwrkey-toggle", "", "a pulse on PWRKEY switches a running modem off"},
    Quirk{"psm-without-context", "", "after PSM: attached, with an address, but CNACT 0"},
    Quirk{"late-prompt", "prompt_ms=4000", "the prompt for data comes after seconds"},
    Quirk{"deaf-after-wake", "dtr_wake_ms=150 byte-loss-after-wake=1", "the first command after DTR low is lost"},
    Quirk{"dtr-floats-high", "", "DTR is high until the host drives it low: CSCLK=1 of an earlier life makes it deaf"},
    Quirk{"sleep-not-reached", "mqtt_blocks_sleep=always", "the MQTT client keeps the modem awake"},
    Quirk{"slow-registration", "attach_ms=120000", "two minutes from SMS Ready to registered"},
    Quirk{"registration-denied", "registration=denied", "the network refuses; APN or subscription"},
    Quirk{"search-gives-up", "", "a search without a cell ends after 45 s, until the radio is cycled"},
    Quirk{"apn-before-attach", "attach_needs_apn=true", "denied unless the APN was set with the radio off"},
    Quirk{"slow-tls", "connect_tls_ms=26000", "SMCONN with TLS takes 26 s"},
    Quirk{"silent-connect", "smconn_silent=true", "SMCONN never answers"},
    Quirk{"one-error-text", "", "every MQTT command in a wrong state answers operation not allowed"},
    Quirk{"ok-on-drop", "publish_ok_on_drop=true", "+SMSTATE: 0 and then OK when the broker drops during a publish"},
    Quirk{"wedge-after", "wedge=0.0005", "dead after months until the supply is removed"},
    Quirk{"urc-order", "rdy_ms=6000", "RDY and +CFUN: 1 behind +CPIN and SMS Ready"},
    Quirk{"sms-ready-in-answer", "answer_gap_ms=50", "unsolicited lines come between the lines of an answer"},
    Quirk{"smsub-crlf", "", "+SMSUB prints quotes, CR and LF of a payload as they are"},
    Quirk{"stuck-smdisc", "smdisc_stuck=true", "SMDISC fails while connected; CNACT=0,0 helps"},
    Quirk{"already-subscribed", "duplicate_subscribe=error", "subscribing twice is an error"},
    Quirk{"no-data", "data_left=false", "out of data: CAOPEN gives result 2, SMCONN fails"},
    Quirk{"ri-low-unpowered", "", "RI is low while the modem is off"},
    Quirk{"ri-dead-in-psm", "", "no RI, no UART in PSM"},
    Quirk{"boot-noise", "boot-noise=1", "random bytes when the UART comes alive"},
    Quirk{"clock-of-1980", "nitz=false", "the clock is wrong until NTP sets it: TLS fails on dates"},
    Quirk{"cfsinit-twice", "", "CFSINIT fails until CFSTERM"},
    Quirk{"cnact-retries", "cnact_refusals=5", "the first five CNACT after a boot fail"},
    Quirk{"volatile-mqtt", "", "MQTT settings are lost at every restart"},
    Quirk{"slow-attach", "gprs_attach_ms=20000", "CGATT=1 takes 20 s"},
    Quirk{"gnss-crash", "gnss_conflict=crash",
          "the modem restarts when the satellite receiver is switched on while online"},
    Quirk{"psm-wakes-early", "psm_wake_ms=10000", "PSM ends after seconds"},
    Quirk{"psm-wakes-late", "psm_wake_ms=600000", "PSM ends after ten minutes"},
    Quirk{"psm-refused", "psm_granted=false", "the network does not grant PSM"},
    Quirk{"no-cmux", "", "AT+CMUX is an error"},
    Quirk{"edrx-saves-nothing", "edrx_current_ua=10000", "eDRX is granted, and the current that of an idle modem"},
    Quirk{"edrx-refused-after-boot", "cedrxs_refusals=4", "the first four CEDRXS after a boot fail"},
};

// Calls use(name, value) for each setting.
template <class Use>
void eachSetting(std::string_view settings, const Use& use) {
  while (!settings.empty()) {
    const std::size_t end = std::min(settings.find(' '), settings.size());
    const std::string_view setting = settings.substr(0, end);
    settings.remove_prefix(std::min(end + 1, settings.size()));
    const std::size_t equals = setting.find('=');
    use(setting.substr(0, equals), setting.substr(equals + 1));
  }
}

}  // namespace

std::span<const Quirk> quirks() { return kQuirks; }

bool applyQuirk(Config& config, std::string_view name) {
  const auto* quirk =
      std::find_if(kQuirks.begin(), kQuirks.end(), [name](const Quirk& item) { return item.name == name; });
  if (quirk == kQuirks.end()) return false;
  eachSetting(quirk->settings, [&config](std::string_view setting, std::string_view value) {
    if (!setSwitch(config, setting, value)) config.faults.set(setting, value);
  });
  return true;
}

std::string quirksText() {
  std::string text;
  for (const Quirk& quirk : kQuirks) {
    std::string name(quirk.name);
    constexpr std::size_t kNameWidth = 25;
    name.resize(kNameWidth, ' ');
    text.append("  ").append(name).append(quirk.meaning).append(" (");
    text.append(quirk.settings.empty() ? "always" : quirk.settings).append(")\n");
  }
  return text;
}

std::string quirksJson() {
  std::string text;
  for (const Quirk& quirk : kQuirks) {
    text.append(text.empty() ? "" : ",").append("{\"name\":\"").append(quirk.name).append("\",\"settings\":\"");
    text.append(quirk.settings).append("\",\"meaning\":\"").append(quirk.meaning).append("\"}");
  }
  return "[" + text + "]";
}

}  // namespace smartkar::modem_sim
