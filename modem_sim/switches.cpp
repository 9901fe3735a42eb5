#include "modem_sim/switches.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace smartkar::modem_sim {
namespace {

constexpr std::array<std::string_view, 14> kQuestions = {
    "RI on +SMSUB, and its text while DTR is high",
    "Does a connected MQTT client let the modem sleep?",
    "eDRX: cycle and paging window granted",
    "Carrier NAT: how long may a connection be silent?",
    "+SMSTATE: 0 on broker close, context loss and NAT drop; time until the state turns 0",
    "What becomes of \\\" in a parameter, such as a will in JSON?",
    "SMPUB with fewer bytes than stated: time-out; bytes 0x00 and 0x1A",
    "Largest inbound +SMSUB, and what becomes of a larger one",
    "SUBHEX case; subscribing twice; SMSTATE 2 with CLEANSS=0",
    "SMPUB's OK before or after PUBACK; PUBACK for an inbound message while the host is away",
    "SMPUBHEX: unit of the length",
    "Boot time",
    "Does an SMS reach the SIM?",
    "Inputs and states that no document foresees, and what is left over",
};

constexpr std::int64_t kHourMs = 3'600'000;

// A field of Behaviour: a flag, an enumeration in the order of its words, or a number.
template <auto Member>
constexpr Switch of(std::string_view name, std::string_view words, std::int64_t low, std::int64_t high, int question,
                    std::string_view meaning) {
  using Value = std::remove_reference_t<decltype(std::declval<Behaviour&>().*Member)>;
  return {name,
          words,
          low,
          high,
          question,
          meaning,
          [](const Config& config) { return static_cast<std::int64_t>(config.behaviour.*Member); },
          [](Config& config, std::int64_t value) { config.behaviour.*Member = static_cast<Value>(value); }};
}
template <auto Member>
constexpr Switch flag(std::string_view name, int question, std::string_view meaning) {
  return of<Member>(name, "false|true", 0, 0, question, meaning);
}
template <auto Member>
constexpr Switch choice(std::string_view name, std::string_view words, int question, std::string_view meaning) {
  return of<Member>(name, words, 0, 0, question, meaning);
}

template <auto Member>
constexpr Switch number(std::string_view name, std::int64_t low, std::int64_t high, std::string_view meaning) {
  return {name,
          "",
          low,
          high,
          0,
          meaning,
          [](const Config& config) { return static_cast<std::int64_t>(config.*Member); },
          [](Config& config, std::int64_t value) { config.*Member = static_cast<int>(value); }};
}

template <auto Member>
constexpr Switch delay(std::string_view name, int question, std::string_view meaning, std::int64_t low = 0) {
  return {name,
          "",
          low,
          24 * kHourMs,
          question,
          meaning,
          [](const Config& config) { return wholeMilliseconds(config.timing.*Member); },
          [](Config& config, std::int64_t value) { config.timing.*Member = std::chrono::milliseconds(value); }};
}

template <auto Member>
constexpr Switch optionalDelay(std::string_view name, std::string_view meaning) {
  return {name,
          "",
          -1,
          24 * kHourMs,
          0,
          meaning,
          [](const Config& config) {
            const auto& value = config.timing.*Member;
            return value ? wholeMilliseconds(*value) : std::int64_t{-1};
          },
          [](Config& config, std::int64_t value) {
            config.timing.*Member =
                value < 0 ? std::nullopt : std::optional<Duration>(std::chrono::milliseconds(value));
          }};
}

constexpr std::array kSwitches = {
    flag<&Behaviour::ri_on_smsub>("ri_on_smsub", 1, "+SMSUB drives RI, with CFGRI=1"),
    choice<&Behaviour::urc_when_dtr_high>("urc_when_dtr_high", "immediate|buffered|lost", 1,
                                          "text while the host is away; buffered: until DTR is low"),
    delay<&Timing::ri_width>("ri_width_ms", 1, "length of the pulse"),
    delay<&Timing::ri_to_text>("ri_to_text_ms", 1, "RI low to the text; negative: text first", -200),
    flag<&Behaviour::ri_retrigger>("ri_retrigger", 1, "a pulse during a pulse prolongs it; else it is swallowed"),
    choice<&Behaviour::mqtt_blocks_sleep>("mqtt_blocks_sleep", "without_smrcvsleep|always|never", 2,
                                          "the MQTT client keeps the modem awake: unless SMRCVSLPTM is set, ..."),
    flag<&Behaviour::edrx_granted>("edrx_granted", 3, "the network grants eDRX"),
    of<&Behaviour::edrx_cycle>("edrx_cycle", "", -1, 15, 3, "cycle granted, 3GPP's code; -1: what was asked for"),
    of<&Behaviour::paging_window>("paging_window", "", 0, 15, 3, "paging time window granted, 3GPP's code"),
    of<&Behaviour::edrx_current_ua>("edrx_current_ua", "", -1, 100000, 3,
                                    "microamperes asleep with eDRX; -1: those of the profile"),
    of<&Behaviour::network_buffer>("network_buffer", "", 0, 1000, 3,
                                   "packets that the network keeps for a radio outside its paging window"),
    delay<&Timing::nat_timeout>("nat_timeout_ms", 4,
                                "the NAT forgets a connection that is silent for longer; 0: never"),
    choice<&Behaviour::nat_expiry>("nat_expiry", "silent|reset", 4, "what the modem then gets for what it sends"),
    flag<&Behaviour::smstate_urc_on_close>("smstate_urc_on_close", 5, "+SMSTATE: 0 when the broker closes"),
    flag<&Behaviour::smstate_urc_on_pdp_loss>("smstate_urc_on_pdp_loss", 5, "+SMSTATE: 0 when the context is lost"),
    flag<&Behaviour::smstate_urc_on_silence>("smstate_urc_on_silence", 5,
                                             "+SMSTATE: 0 when pings stay unanswered, as after a NAT drop"),
    delay<&Timing::smstate_delay>("smstate_delay_ms", 5, "loss of broker or context until SMSTATE is 0"),
    choice<&Behaviour::backslash>("backslash", "kept|removed|ordinary", 6,
                                  "\\\" in a quoted parameter stays so, becomes \", or is a \\ and the end of it"),
    delay<&Timing::publish_edit_timeout>("publish_edit_timeout_ms", 7, "> to ERROR while bytes are missing; 0: never"),
    flag<&Behaviour::publish_ends_at_nul>("publish_ends_at_nul", 7, "0x00 ends the content"),
    flag<&Behaviour::publish_ends_at_ctrl_z>("publish_ends_at_ctrl_z", 7, "0x1A ends the content"),
    of<&Behaviour::inbound_max>("inbound_max", "", 1, 65535, 8, "bytes of an inbound payload"),
    choice<&Behaviour::oversize>("oversize", "drop|truncate", 8, "what becomes of a larger one"),
    choice<&Behaviour::sub_hex_case>("sub_hex_case", "upper|lower", 9, "digits of +SMSUB with SUBHEX=1"),
    choice<&Behaviour::duplicate_subscribe>("duplicate_subscribe", "error|accept", 9, "subscribing twice"),
    flag<&Behaviour::smstate_tells_session>("smstate_tells_session", 9,
                                            "SMSTATE 2 when the broker kept the session; else 1"),
    choice<&Behaviour::publish_ok>("publish_ok", "after_puback|before_puback", 10, "SMPUB's OK at QoS 1"),
    choice<&Behaviour::inbound_puback>("inbound_puback", "at_once|host_present", 10,
                                       "PUBACK for an inbound message; host_present: not before DTR is low"),
    choice<&Behaviour::pub_hex_length>("pub_hex_length", "digits|bytes", 11, "what SMPUB's length counts"),
    delay<&Timing::uart_ready>("boot_ms", 12, "PWRKEY low to UART alive"),
    delay<&Timing::rdy>("rdy_ms", 12, "UART alive to RDY"),
    delay<&Timing::sim_ready>("sim_ms", 12, "UART alive to +CPIN: READY"),
    delay<&Timing::sms_ready>("sms_ready_ms", 12, "UART alive to SMS Ready"),
    flag<&Behaviour::sms_available>("sms_available", 13, "SMS reach the SIM"),
    choice<&Behaviour::unknown_unsubscribe>("unknown_unsubscribe", "error|accept", 14,
                                            "SMUNSUB for a topic that is not subscribed"),
    choice<&Behaviour::cnact_when_active>("cnact_when_active", "error|accept", 14, "CNACT=n,1 for an active context"),
    choice<&Behaviour::unread_at_close>("unread_at_close", "kept|lost", 14,
                                        "what a socket has not been read of when the peer closes it"),
    choice<&Behaviour::early_data>("early_data", "lost|kept", 14, "bytes between a command and its prompt"),
    choice<&Behaviour::smssl_unknown_name>("smssl_unknown_name", "accept|error", 14,
                                           "SMSSL with a name that CONVERT has not made"),
    choice<&Behaviour::topicless_will>("topicless_will", "none|refused", 14,
                                       "a will whose topic is not set: none is sent, or SMCONN fails"),
    choice<&Behaviour::empty_ca>("empty_ca", "trusted|refused", 14, "TLS without a CA"),
    choice<&Behaviour::early_cpin>("early_cpin", "sim_busy|not_inserted|not_ready", 14,
                                   "CPIN? before the SIM has been read: +CME ERROR: 14 or 10, or +CPIN: NOT READY"),
    choice<&Behaviour::publish_empty>("publish_empty", "prompt|no_prompt|refused", 14,
                                      "SMPUB of length 0: a prompt and OK, OK alone, or an error"),
    choice<&Behaviour::casend_slow>("casend_slow", "error|sent", 14,
                                    "CASEND that misses bytes when its time is over: ERROR, or it sends what has come"),
    flag<&Behaviour::keeptime_pings>("keeptime_pings", 14, "PINGREQ after KEEPTIME of silence"),
    flag<&Behaviour::wildcards>("wildcards", 14, "SMSUB takes + and #"),
    choice<&Behaviour::inbound_qos2>("inbound_qos2", "shown|dropped", 14, "inbound messages at QoS 2"),
    choice<&Behaviour::inbound_long_topic>("inbound_long_topic", "shown|dropped", 14,
                                           "inbound messages whose topic has more than 128 bytes"),
    choice<&Behaviour::keep_alive_unit>("keep_alive_unit", "seconds|milliseconds", 0,
                                        "unit of CACFG=KEEPALIVE's times"),

    flag<&Behaviour::smsub_urc>("smsub", 0, "+SMSUB is printed at all"),
    flag<&Behaviour::publish_ok_on_drop>("publish_ok_on_drop", 0, "a publish during which the broker drops ends in OK"),
    choice<&Behaviour::gnss_conflict>("gnss_conflict", "suspend|crash|none", 0,
                                      "the radio while the satellite receiver is on: deaf; a restart; no effect"),
    flag<&Behaviour::cnmi_strict>("cnmi_strict", 0, "CNMI refuses <mt> 2 and 3 unless <mode> is 1"),
    flag<&Behaviour::nitz>("nitz", 0, "the network sends the time"),
    of<&Behaviour::network_zone>("network_zone", "", -48, 56, 0,
                                 "local time at registration, quarters of an hour east of UTC"),
    of<&Behaviour::daylight_saving>("daylight_saving", "", 0, 2, 0, "hours of it, contained in network_zone"),
    flag<&Behaviour::smconn_silent>("smconn_silent", 0, "SMCONN never answers"),
    flag<&Behaviour::smdisc_stuck>("smdisc_stuck", 0, "SMDISC fails while connected"),
    of<&Behaviour::cnact_refusals>("cnact_refusals", "", 0, 100, 0, "so many CNACT after a boot fail"),
    of<&Behaviour::cedrxs_refusals>("cedrxs_refusals", "", 0, 100, 0, "so many CEDRXS after a boot fail"),
    flag<&Behaviour::prompt_space>("prompt_space", 0, "\"> \" instead of \">\""),
    delay<&Timing::attach>("attach_ms", 0, "SMS Ready to registered"),
    delay<&Timing::search_give_up>("search_ms", 0, "a search without a cell gives up, and the contexts are lost"),
    delay<&Timing::reselection>("reselection_ms", 0, "a cell again, before that, to registered"),
    delay<&Timing::gprs_attach>("gprs_attach_ms", 0, "CGATT=1 from 0"),
    delay<&Timing::answer>("answer_ms", 0, "end of a command to its answer"),
    delay<&Timing::answer_gap>("answer_gap_ms", 0, "pause before a final result, in which URCs may come"),
    delay<&Timing::prompt>("prompt_ms", 0, "SMPUB, CASEND to >"),
    delay<&Timing::pdp>("pdp_ms", 0, "CNACT=0,1 to +APP PDP"),
    delay<&Timing::mqtt_connect_plain>("connect_plain_ms", 0, "SMCONN before the first byte leaves"),
    delay<&Timing::mqtt_connect_tls>("connect_tls_ms", 0, "the same with TLS"),
    delay<&Timing::mqtt_connect_timeout>("connect_timeout_ms", 0, "SMCONN gives up"),
    delay<&Timing::mqtt_request_timeout>("request_timeout_ms", 0, "SMSUB, SMUNSUB, SMPUB give up"),
    delay<&Timing::mqtt_publish>("publish_ms", 0, "SMPUB at QoS 1 at least"),
    delay<&Timing::mqtt_subscribe>("subscribe_ms", 0,
                                   "SMSUB, SMUNSUB at least; a retained message may come before OK, with 0 behind it"),
    delay<&Timing::mqtt_disconnect>("disconnect_ms", 0, "SMDISC"),
    delay<&Timing::socket_open_plain>("socket_open_plain_ms", 0, "CAOPEN before the first byte leaves"),
    delay<&Timing::socket_open_tls>("socket_open_tls_ms", 0, "the same with TLS"),
    delay<&Timing::socket_open_timeout>("socket_open_timeout_ms", 0, "CAOPEN gives up"),
    delay<&Timing::tcp_give_up>("tcp_give_up_ms", 0, "unacknowledged bytes break a socket"),
    delay<&Timing::gnss_cold>("gnss_cold_ms", 0, "first fix without any knowledge"),
    delay<&Timing::gnss_warm>("gnss_warm_ms", 0, "the same with an almanac"),
    delay<&Timing::gnss_hot>("gnss_hot_ms", 0, "the same with ephemerides"),
    delay<&Timing::sms_send>("sms_send_ms", 0, "CMGS to its result"),
    delay<&Timing::ntp_timeout>("ntp_timeout_ms", 0, "CNTP gives up"),
    delay<&Timing::latency>("latency_ms", 0, "one way over the air"),
    choice<&Behaviour::current_profile>("current_profile", "spec|conservative|nb", 0,
                                        "currents that the ledger counts with"),
    flag<&Behaviour::usb_attached>("usb_attached", 0, "a host on the modem's USB keeps it awake"),
    choice<&Behaviour::sim>("sim", "ready|missing|pin|puk|failure", 0, "the card in the SIM holder"),
    choice<&Behaviour::registration>("registration", "home|roaming|denied", 0, "what the network says to the modem"),
    flag<&Behaviour::attach_needs_apn>("attach_needs_apn", 0,
                                       "registration is denied unless AT+CGDCONT=1 names the network's APN, iot.sim"),
    number<&Config::signal>("signal", 0, 31, "+CSQ, and +CPSI with it"),
    number<&Config::tac>("tac", 0, 0xFFFF, "tracking area of the cell"),
    number<&Config::cell>("cell", 0, 0xFFFFFFF, "the cell's identity"),
    of<&Behaviour::cnact_failures>("cnact_failures", "", 0, 100, 0, "CNACT=n,1 fails so often after each registration"),
    flag<&Behaviour::nonip_granted>("nonip_granted", 0, "the network has contexts of type NONIP"),
    flag<&Behaviour::dns_works>("dns_works", 0, "names of hosts are found"),
    flag<&Behaviour::data_left>("data_left", 0, "on the SIM's account; else CAOPEN gives result 2 and SMCONN fails"),
    flag<&Behaviour::psm_granted>("psm_granted", 0, "the network grants PSM"),
    choice<&Behaviour::psm_exit>("psm_exit", "resume|boot", 0, "after PSM: settings kept, or as after a boot"),
    of<&Behaviour::loss_percent>("loss_percent", "", 0, 90, 0, "TCP segments lost on the air, either way"),
    delay<&Timing::tcp_retransmission>("tcp_retransmission_ms", 0,
                                       "a lost segment is sent again after it, then doubling"),
    delay<&Timing::power_down>("power_down_ms", 0, "NORMAL POWER DOWN to UART down"),
    delay<&Timing::dtr_wake>("dtr_wake_ms", 0, "DTR low to a UART that listens"),
    delay<&Timing::sleep_entry>("sleep_entry_ms", 0, "DTR high and idle to asleep"),
    delay<&Timing::psm_entry>("psm_entry_ms", 0, "end of PSM's active time to off"),
    delay<&Timing::rrc_setup>("rrc_setup_ms", 0, "page or first byte to a radio connection"),
    delay<&Timing::rrc_tail>("rrc_tail_ms", 0, "last traffic to radio idle"),
    optionalDelay<&Timing::paging>(
        "paging_ms", "replaces the DRX or eDRX delay of downlink data when the radio is idle; -1: does not"),
    optionalDelay<&Timing::psm_wake>("psm_wake_ms", "PSM ends by itself after it; -1: by the timers granted"),
    Switch{"factory_ipr", "", 0, 4'000'000, 0, "AT+IPR as delivered; 0: automatic. At the start only",
           [](const Config& config) { return config.factory_baud; },
           [](Config& config, std::int64_t value) { config.factory_baud = value; }},
};

// Word number `index` of a list; empty behind the last.
std::string_view word(std::string_view words, std::int64_t index) {
  for (; index > 0; --index) {
    const std::size_t bar = words.find('|');
    words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
  }
  return words.substr(0, words.find('|'));
}

std::optional<std::int64_t> parseValue(const Switch& item, std::string_view text) {
  std::int64_t value = 0;
  if (item.words.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = error == std::errc{} && end == text.data() + text.size() && !text.empty();
    return number && value >= item.low && value <= item.high ? std::optional(value) : std::nullopt;
  }
  for (; !word(item.words, value).empty(); ++value) {
    if (word(item.words, value) == text) return value;
  }
  return std::nullopt;
}

// Texts here have no control characters.
std::string jsonText(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::span<const Switch> switches() { return kSwitches; }
std::span<const std::string_view> questions() { return kQuestions; }

bool setSwitch(Config& config, std::string_view name, std::string_view value) {
  for (const Switch& item : kSwitches) {
    if (item.name != name) continue;
    const auto parsed = parseValue(item, value);
    if (parsed) item.set(config, *parsed);
    return parsed.has_value();
  }
  return false;
}

std::string allowedValues(const Switch& item) {
  if (!item.words.empty()) return std::string(item.words);
  return std::to_string(item.low) + " ... " + std::to_string(item.high);
}

std::string valueText(const Switch& item, const Config& config) {
  const std::int64_t value = item.get(config);
  return item.words.empty() ? std::to_string(value) : std::string(word(item.words, value));
}

std::string questionsText(const Config& config) {
  std::string text;
  for (std::size_t i = 0; i < kQuestions.size(); ++i) {
    text += std::to_string(i + 1) + ". " + std::string(kQuestions[i]) + "\n";
    for (const Switch& item : kSwitches) {
      if (item.question != static_cast<int>(i) + 1) continue;
      text += "     " + std::string(item.name) + " = " + valueText(item, config) + "  (" + allowedValues(item) + ")  " +
              std::string(item.meaning) + "\n";
    }
  }
  return text;
}

std::string questionsJson(const Config& config) {
  std::string text;
  for (const Switch& item : kSwitches) {
    if (item.question == 0) continue;
    const std::string_view question = kQuestions[static_cast<std::size_t>(item.question - 1)];
    text += std::string(text.empty() ? "" : ",") + "{\"number\":" + std::to_string(item.question) +
            ",\"question\":" + jsonText(question) + ",\"switch\":" + jsonText(item.name) +
            ",\"value\":" + jsonText(valueText(item, config)) + ",\"allowed\":" + jsonText(allowedValues(item)) +
            ",\"meaning\":" + jsonText(item.meaning) + "}";
  }
  return "[" + text + "]";
}

}  // namespace smartkar::modem_sim
