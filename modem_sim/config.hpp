#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "modem_sim/faults.hpp"

namespace smartkar::modem_sim {

// How long things take. Defaults: typical values of the field and of the hardware books.
struct Timing {
  Duration pwrkey_to_vdd_ext = 64ms;    // SIM7070 HW Design V1.03 Table 10
  Duration pwrkey_on_min = 1s;          // PWRKEY low for 1 … 12 s switches on (Compatible Design V1.00 Table 5)
  Duration pwrkey_off_min = 1200ms;     // low for longer switches off
  Duration pwrkey_reset = 12s;          // low for at least this resets
  Duration off_to_on = 2s;              // a pulse sooner after power-off is not seen (SIM7070 HW Table 11)
  Duration uart_ready = 2500ms;         // PWRKEY low to UART alive, at least 1.8 s
  Duration rdy = 200ms;                 // UART alive to RDY and +CFUN: 1
  Duration sim_ready = 1s;              // UART alive to +CPIN: READY
  Duration sms_ready = 4s;              // UART alive to SMS Ready
  Duration attach = 8s;                 // SMS Ready to registered
  Duration reselection = 2s;            // a cell again, before that, to registered (estimate)
  Duration search_give_up = 45s;        // searching without a cell to CEREG 0; contexts last as long
  Duration answer = 15ms;               // end of a command to its answer
  Duration answer_gap{0};               // between information lines and the final result: room for URCs
  Duration pdp = 1s;                    // CNACT=0,1 to +APP PDP
  Duration gprs_attach = 20s;           // CGATT=1 from 0
  Duration mqtt_connect_plain = 3s;     // SMCONN before the first byte leaves
  Duration mqtt_connect_tls = 12s;      //
  Duration mqtt_connect_timeout = 75s;  // SMCONN gives up
  Duration mqtt_request_timeout = 30s;  // SMSUB, SMUNSUB, SMPUB at QoS 1 give up
  Duration mqtt_subscribe = 500ms;      // SMSUB, SMUNSUB at least
  Duration mqtt_publish = 700ms;        // SMPUB at QoS 1 at least
  Duration mqtt_disconnect = 500ms;     // SMDISC
  Duration socket_open_plain = 1500ms;  // CAOPEN before the first byte leaves (TinyGSM)
  Duration socket_open_tls = 10500ms;   // the handshake takes its share of SMCONN
  Duration socket_open_timeout = 75s;   // CAOPEN gives up (TinyGSM waits so long)
  Duration tcp_give_up = 120s;          // unacknowledged bytes break a connection, if CACFG="TCPOT" does not say when
  Duration ntp_timeout = 10s;           // CNTP gives up (undocumented)
  Duration gnss_cold = 35s;             // first fix without any knowledge (estimate: 30 s to minutes)
  Duration gnss_warm = 25s;             // with an almanac
  Duration gnss_hot = 2s;               // with ephemerides
  Duration sms_send = 2s;               // CMGS to +CMGS, at most 60 s (AT Manual V1.05 §4.2.5)
  Duration prompt = 30ms;               // SMPUB, CASEND to ">"
  Duration publish_edit_timeout = 10s;  // ">" to ERROR when bytes are missing (undocumented; CASEND has 5 s); 0: never
  Duration power_down = 1800ms;         // NORMAL POWER DOWN to UART and VDD_EXT down
  Duration dtr_wake = 60ms;             // DTR low to a UART that listens
  Duration sleep_entry = 1s;            // DTR high and idle to asleep
  Duration rrc_setup = 1s;              // page or first byte to a radio connection (estimate)
  Duration rrc_tail = 10s;              // last traffic to RRC idle
  Duration drx_min = 1280ms;            // paging delay of downlink data in RRC idle without eDRX
  Duration drx_max = 2560ms;            //
  std::optional<Duration> paging;       // replaces DRX and eDRX delay; no window then
  Duration smstate_delay{0};            // loss of broker or context until SMSTATE is 0
  Duration tcp_retransmission = 1s;     // a lost segment is sent again after this, then doubling (RFC 6298 §2.1)
  Duration psm_entry = 1s;              // end of the active time (T3324) to off
  std::optional<Duration> psm_wake;     // replaces the sleep that T3412 and T3324 leave
  Duration nat_timeout{0};              // the carrier forgets a connection without traffic for longer; 0: never
  Duration latency = 50ms;              // one way over the air
  Duration ri_width = 120ms;            // SIM7070 HW §3.3.2
  Duration ri_to_text = 5ms;            // RI low to the first byte of the URC; negative: text first
  std::int64_t baud = 115200;           // the host's UART

  // Everything quick, for end-to-end tests.
  static Timing fast();
};

// What happens to a URC's text while DTR is high and CSCLK=1 (undocumented).
enum class UrcWhenDtrHigh : std::uint8_t { Immediate, Buffered, Lost };

// The answer to SMSUB for a topic that is subscribed already (undocumented).
enum class DuplicateSubscribe : std::uint8_t { Error, Accept };

// What becomes of \" inside a quoted parameter (undocumented): it stays as it is, it becomes ", or the backslash is an
// ordinary character and the quote the end.
enum class Backslash : std::uint8_t { Kept, Removed, Ordinary };

// When a connected MQTT client keeps the modem awake: without SMRCVSLPTM (AT Manual V1.05 §17.2.12), always, never.
enum class MqttBlocksSleep : std::uint8_t { WithoutReceiveSleep, Always, Never };

// Digits of +SMSUB with SUBHEX=1 (undocumented).
enum class HexCase : std::uint8_t { Upper, Lower };

// SMPUB's OK at QoS 1 (a capture shows 6 s, so probably after PUBACK).
enum class PublishOk : std::uint8_t { AfterPuback, BeforePuback };

// When an inbound message is acknowledged to the broker (undocumented).
enum class InboundPuback : std::uint8_t { AtOnce, HostPresent };

// What SMPUB's length counts with SMPUBHEX=1 (undocumented).
enum class HexLength : std::uint8_t { Digits, Bytes };

// What to do with an inbound MQTT message above the limit (undocumented).
enum class Oversize : std::uint8_t { Drop, Truncate };

// Whose currents the ledger counts with: current_ledger.cpp has the figures.
enum class CurrentProfile : std::uint8_t { Spec, Conservative, Nb };

// How the modem comes back from PSM (undocumented but for a capture of "EXIT PSM"): with its settings and without boot
// lines, or as after a boot.
enum class PsmExit : std::uint8_t { Resume, Boot };

// The card in the SIM holder.
enum class SimKind : std::uint8_t { Ready, Missing, Pin, Puk, Failure };

// What the network says to a modem that registers.
enum class RegistrationVerdict : std::uint8_t { Home, Roaming, Denied };

// The answer to CNACT=n,1 for a context that is active (undocumented).
enum class CnactWhenActive : std::uint8_t { Error, Accept };

// SMUNSUB for a topic that is not subscribed (undocumented).
enum class UnknownUnsubscribe : std::uint8_t { Error, Accept };

// TLS without a CA: CAOPEN trusts every server (TCPUDP(S) App Note V1.03 §5.2.2); SMCONN is undocumented.
enum class EmptyCa : std::uint8_t { Trusted, Refused };

// What has arrived and was not read when the peer closes (undocumented).
enum class UnreadAtClose : std::uint8_t { Kept, Lost };

// Bytes that come between a command and its prompt (undocumented).
enum class EarlyData : std::uint8_t { Lost, Kept };

// SMSSL with a name that CONVERT has not made (undocumented): accepted, and SMCONN fails; or an error.
enum class UnknownName : std::uint8_t { Accept, Error };

// A will whose topic is not set (undocumented): no will, or SMCONN is refused.
enum class TopiclessWill : std::uint8_t { None, Refused };

// The answer to CPIN? before the SIM has been read (field: a +CME ERROR like 14 or 10, or ERROR), or a state.
enum class EarlyCpin : std::uint8_t { SimBusy, NotInserted, NotReady };

// SMPUB of length 0 (undocumented): a prompt although no byte is wanted, none, or an error.
enum class EmptyPublish : std::uint8_t { Prompt, NoPrompt, Refused };

// CASEND whose bytes are not all there when the input time is over (undocumented): an error, or what has come is sent.
enum class SlowInput : std::uint8_t { Error, Sent };

// What becomes of an inbound message that the modem may not like (undocumented). It is acknowledged in any case.
enum class Inbound : std::uint8_t { Shown, Dropped };

// The unit of CACFG="KEEPALIVE": the manual says ms, its ranges read as seconds (AT Manual V1.05 §12.2.10).
enum class KeepAliveUnit : std::uint8_t { Seconds, Milliseconds };

// What a bearer's NAT answers for a connection that it has forgotten.
enum class NatExpiry : std::uint8_t { Silent, Reset };

// What happens when the satellite receiver is switched on while the radio is in use: the radio is deaf until it is off,
// the modem restarts, or nothing (wottreng/SIM7080G-NB-IoT-Cat-M-LTE-GPS#2, LilyGo-T-SIM7080G#60).
enum class GnssConflict : std::uint8_t { Suspend, Crash, None };

// Undocumented or doubtful behaviour, switchable while the modem runs.
struct Behaviour {
  bool ri_on_smsub = true;
  bool ri_retrigger = true;  // a pulse during a pulse prolongs it; false: it is swallowed
  UrcWhenDtrHigh urc_when_dtr_high = UrcWhenDtrHigh::Immediate;
  bool smsub_urc = true;  // +SMSUB is printed at all
  MqttBlocksSleep mqtt_blocks_sleep = MqttBlocksSleep::WithoutReceiveSleep;
  bool smstate_urc_on_close = true;      // +SMSTATE: 0 is printed when the broker closes
  bool smstate_urc_on_pdp_loss = false;  // …when the context is lost
  bool smstate_urc_on_silence = true;    // …when pings stay unanswered, as after a NAT drop
  bool smstate_tells_session = true;     // SMSTATE is 2 when the broker kept the session
  bool publish_ok_on_drop = true;        // a publish during which the broker drops ends in OK
  DuplicateSubscribe duplicate_subscribe = DuplicateSubscribe::Error;
  Oversize oversize = Oversize::Drop;
  std::size_t inbound_max = 1024;  // bytes of an inbound payload
  HexCase sub_hex_case = HexCase::Upper;
  Backslash backslash = Backslash::Kept;
  bool publish_ends_at_nul = false;     // 0x00 ends the content of SMPUB
  bool publish_ends_at_ctrl_z = false;  // 0x1A does
  PublishOk publish_ok = PublishOk::AfterPuback;
  InboundPuback inbound_puback = InboundPuback::AtOnce;
  HexLength pub_hex_length = HexLength::Digits;
  bool edrx_granted = true;  // the network grants a requested eDRX cycle
  int edrx_cycle = -1;       // the one granted, by its code; -1: the one requested
  int paging_window = 5;     // granted, by its code; the default is that of the manual's example (§5.2.42)
  CurrentProfile current_profile = CurrentProfile::Conservative;
  int edrx_current_ua = -1;   // asleep with eDRX; -1: the profile's
  bool usb_attached = false;  // the modem's USB has a host: it does not sleep (SIM7070 HW Design V1.03 §3.4)
  int network_buffer = 2;     // packets that the network keeps for a radio outside its paging window
  int loss_percent = 0;       // of the segments either way
  SimKind sim = SimKind::Ready;
  RegistrationVerdict registration = RegistrationVerdict::Home;
  bool attach_needs_apn = false;  // denied unless CGDCONT=1 names Config::apn when the modem registers
  int cnact_failures = 0;         // activations that fail after each registration
  CnactWhenActive cnact_when_active = CnactWhenActive::Error;
  bool nonip_granted = true;  // the network has contexts without IP
  bool dns_works = true;
  bool data_left = true;    // on the SIM's account; else no connection can be opened
  bool psm_granted = true;  // the network grants PSM with the timers asked for
  PsmExit psm_exit = PsmExit::Resume;
  UnknownUnsubscribe unknown_unsubscribe = UnknownUnsubscribe::Error;
  EmptyCa empty_ca = EmptyCa::Trusted;
  UnreadAtClose unread_at_close = UnreadAtClose::Kept;
  EarlyData early_data = EarlyData::Lost;
  UnknownName smssl_unknown_name = UnknownName::Accept;
  TopiclessWill topicless_will = TopiclessWill::None;
  KeepAliveUnit keep_alive_unit = KeepAliveUnit::Seconds;
  EarlyCpin early_cpin = EarlyCpin::SimBusy;
  EmptyPublish publish_empty = EmptyPublish::Prompt;
  SlowInput casend_slow = SlowInput::Error;
  bool keeptime_pings = true;  // PINGREQ after KEEPTIME of silence
  bool wildcards = true;       // SMSUB takes + and #
  Inbound inbound_qos2 = Inbound::Shown;
  Inbound inbound_long_topic = Inbound::Shown;  // longer than SMSUB takes, by a wildcard
  bool sms_available = true;                    // SMS reach the SIM
  bool cnmi_strict = false;  // CNMI refuses <mt> 2 and 3 unless <mode> is 1, as the manual says and the field does not
  NatExpiry nat_expiry = NatExpiry::Silent;
  bool nitz = true;         // the network sends the time
  int network_zone = 0;     // quarters of an hour east of UTC, daylight saving included
  int daylight_saving = 0;  // hours of it
  GnssConflict gnss_conflict = GnssConflict::Suspend;
  bool smconn_silent = false;  // SMCONN never answers
  bool smdisc_stuck = false;   // SMDISC fails while connected
  int cnact_refusals = 0;      // so many CNACT after a boot fail
  int cedrxs_refusals = 0;     // …and CEDRXS
  bool prompt_space = false;   // "> " instead of ">"
};

struct Config {
  std::string imei = "860016049999999";
  std::string imsi = "242016000000000";
  std::string ccid = "89470000000000000001";  // printed as it is
  std::string revision = "1951B10 SIM7080";
  std::string operator_name = "Sim LTE-M";
  std::string apn = "iot.sim";  // of the network, for a host that names none
  std::string ip_address = "10.94.36.44";
  std::string pin = "1234";
  std::string puk = "12345678";
  int tac = 0x5B57;                      // tracking area, 16 bits
  int cell = 0x195071B;                  // 28 bits
  int signal = 20;                       // +CSQ rssi, 0 … 31, 99 unknown
  std::int64_t factory_baud = 115200;    // +IPR as delivered; 0 = autobaud
  std::optional<UnixTime> network_time;  // network time at Instant{}; nothing: the network never sends it
  Timing timing;
  Behaviour behaviour;
  FaultRates faults;
};

}  // namespace smartkar::modem_sim
