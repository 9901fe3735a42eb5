#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "device/at/at_command.hpp"
#include "device/at/command_line.hpp"

// The SIM7080G's commands and answers as data (SIM7070_SIM7080_SIM7090 Series AT Command Manual V1.05; sections given).
namespace smartkar::device::sim7080 {

// What CCID answers: 19 or 20 digits (ITU-T E.118).
using Ccid = FixedString<20>;
// The code of an eDRX cycle, four binary digits: "0010" is 20.48 s (§5.2.42).
using EdrxCycle = FixedString<4>;

// Commands without outside text.
inline constexpr Duration kShort = 5s;  // for commands the manual calls immediate; some are slow right after a start
inline constexpr AtCommand kEchoOff{.line = "ATE0", .timeout = kShort};
inline constexpr AtCommand kReadErrorFormat{.line = "AT+CMEE?", .timeout = kShort};
inline constexpr AtCommand kNumericErrors{.line = "AT+CMEE=1", .timeout = kShort};  // §3.2.8
inline constexpr AtCommand kReadRate{.line = "AT+IPR?", .timeout = kShort};
inline constexpr AtCommand kFixRate{.line = "AT+IPR=115200", .timeout = kShort};  // §2.2.32
inline constexpr AtCommand kRingOnUrc{.line = "AT+CFGRI=1", .timeout = kShort};   // §5.2.3
inline constexpr AtCommand kRingOnData{.line = "AT+CFGRI=2", .timeout = kShort};
inline constexpr AtCommand kSlowClock{.line = "AT+CSCLK=1", .timeout = kShort};  // §5.2.7
inline constexpr AtCommand kReadSlowClock{.line = "AT+CSCLK?", .timeout = kShort};
inline constexpr AtCommand kNoRegistrationUrc{.line = "AT+CEREG=0", .timeout = kShort};
inline constexpr AtCommand kNoNetworkUrc{.line = "AT+CURCCFG=\"NETWORK\",0", .timeout = kShort};  // §5.2.49
inline constexpr AtCommand kStoreSms{.line = "AT+CNMI=2,1", .timeout = kShort};
inline constexpr AtCommand kMqttThreadSleep{.line = "AT+SMRCVSLPTM=1,500", .timeout = kShort};  // §17.2.12
// What the modem does without where it refuses: fewer URCs to ring RI, SMS as a second way to wake, a sleeping client.
inline constexpr AtCommand kOptionalSettings[] = {kNoRegistrationUrc, kNoNetworkUrc, kStoreSms, kMqttThreadSleep};
inline constexpr AtCommand kReadGrantedEdrx{.line = "AT+CEDRXRDP", .timeout = kShort};
inline constexpr AtCommand kReadOperator{.line = "AT+COPS?", .timeout = kShort};
inline constexpr AtCommand kReadSim{.line = "AT+CPIN?", .timeout = kShort};                      // §3.2.11
inline constexpr AtCommand kReadCcid{.line = "AT+CCID", .timeout = kShort, .bare_lines = true};  // §5.2.8
inline constexpr AtCommand kReadSignal{.line = "AT+CSQ", .timeout = kShort};
inline constexpr AtCommand kReadRegistration{.line = "AT+CEREG?", .timeout = kShort};
inline constexpr AtCommand kReadBearer{.line = "AT+CNACT?", .timeout = kShort};  // §7.2.1
inline constexpr AtCommand kBearerOn{.line = "AT+CNACT=0,1", .timeout = 30s};
inline constexpr AtCommand kBearerOff{.line = "AT+CNACT=0,0", .timeout = 30s};
inline constexpr AtCommand kRadioOff{.line = "AT+CFUN=0", .timeout = 15s};  // §3.2.19: 10 s
inline constexpr AtCommand kRadioOn{.line = "AT+CFUN=1", .timeout = 15s};
inline constexpr AtCommand kReset{.line = "AT+CFUN=1,1", .timeout = 15s};
inline constexpr AtCommand kPowerDown{.line = "AT+CPOWD=1", .timeout = kShort, .final_line = "NORMAL POWER DOWN"};

inline constexpr AtCommand kMqttState{.line = "AT+SMSTATE?", .timeout = kShort};  // §17.2.7
// 26 s were seen with TLS; a failing attempt takes the TCP and MQTT time-outs (§17.2.5 gives no limit).
inline constexpr AtCommand kMqttConnect{.line = "AT+SMCONN", .timeout = 150s};
inline constexpr AtCommand kMqttDisconnect{.line = "AT+SMDISC", .timeout = 10s};

inline constexpr AtCommand kFilesBegin{.line = "AT+CFSINIT", .timeout = kShort};  // §9.2
inline constexpr AtCommand kFilesEnd{.line = "AT+CFSTERM", .timeout = kShort};

// Sockets, App Note TCPUDP(S) V1.03 and §12.2. Nothing of their settings survives a start.
inline constexpr std::size_t kSocketBytesMax = 1460;  // one CASEND or CARECV
inline constexpr int kSocketNoNetwork = 21;           // result of CAOPEN: the bearer is not active
inline constexpr AtCommand kSocketState{.line = "AT+CASTATE?", .timeout = kShort};

// Commands with outside text. They build into `line`, which must stay unchanged until the run ends; text that cannot be
// sent safely gives a command the engine refuses as Invalid.
AtCommand edrx(CommandLine& line, std::string_view cycle);                        // §5.2.42; cycle: four binary digits
AtCommand bearerSettings(CommandLine& line, std::string_view apn);                // CNCFG, apn: at most 150
AtCommand mqttUrl(CommandLine& line, std::string_view host, std::uint16_t port);  // host: at most 246
// SMCONF with a string. tag: constant. longest: the manual's limit (§17.2.1).
AtCommand mqttText(CommandLine& line, std::string_view tag, std::string_view value, std::size_t longest);
// The same with quotes and backslashes escaped.
AtCommand mqttEscaped(CommandLine& line, std::string_view tag, std::string_view value, std::size_t longest);
AtCommand mqttNumber(CommandLine& line, std::string_view tag, std::uint32_t value);
AtCommand mqttSubscribe(CommandLine& line, std::string_view topic);    // QoS 1, topic: at most 128
AtCommand mqttUnsubscribe(CommandLine& line, std::string_view topic);  // topic: at most 128
// QoS 1. payload: at most 1024 bytes, must stay valid like line (§17.2.4).
AtCommand mqttPublish(CommandLine& line, std::string_view topic, std::string_view payload, bool retain);
// SMSSL with context 0; the manual's index is the context plus one. ca: not empty; names: at most 20 (§17.2.14).
AtCommand mqttTls(CommandLine& line, std::string_view ca, std::string_view certificate);
inline constexpr AtCommand kMqttPlain{.line = "AT+SMSSL=0,\"\",\"\"", .timeout = kShort};
inline constexpr AtCommand kTlsVersion{.line = "AT+CSSLCFG=\"SSLVERSION\",0,3", .timeout = kShort};  // TLS 1.2, §11.2.1
inline constexpr AtCommand kTlsIgnoreTime{.line = "AT+CSSLCFG=\"IGNORERTCTIME\",0,1", .timeout = kShort};
inline constexpr AtCommand kTlsSettings[] = {kTlsVersion, kTlsIgnoreTime};
AtCommand tlsServerName(CommandLine& line, std::string_view host);  // at most 253
AtCommand tlsConvertCa(CommandLine& line, std::string_view file);
AtCommand tlsConvertCertificate(CommandLine& line, std::string_view certificate, std::string_view key);
AtCommand fileSize(CommandLine& line, std::string_view name);
// bytes: 1 … 10240, must stay valid like line. append: add to the file instead of replacing it.
AtCommand fileWrite(CommandLine& line, std::string_view name, std::string_view bytes, bool append);
// The modem's own probing of all connections: after idle_s seconds of silence, 30 … 86400.
AtCommand socketKeepAlive(CommandLine& line, std::uint32_t idle_s);
AtCommand socketSecurity(CommandLine& line, int id, bool tls);
AtCommand socketTlsContext(CommandLine& line, int id);  // context 0
// tag: "CACERT" or "CERT". name: 1 … 20, though 50 are allowed.
AtCommand socketFile(CommandLine& line, int id, std::string_view tag, std::string_view name);
AtCommand socketOpen(CommandLine& line, int id, std::string_view host, std::uint16_t port);  // host: 1 … 64
// bytes: 1 … kSocketBytesMax, must stay valid like line.
AtCommand socketSend(CommandLine& line, int id, std::string_view bytes);
// Reads at most into.size() and kSocketBytesMax bytes. into: not empty, must stay valid like line.
AtCommand socketReceive(CommandLine& line, int id, std::span<std::uint8_t> into);
AtCommand socketClose(CommandLine& line, int id);

// Answers. Each gives nothing for a line that is not exactly of its form.
enum class SimStatus : std::uint8_t { Ready, Locked, Missing, Busy };
std::optional<SimStatus> parseSim(std::string_view line);
// 19 or 20 digits, a filling F at the end removed.
std::optional<Ccid> parseCcid(std::string_view line);
// dBm; nothing for 99 (unknown).
std::optional<int> parseSignal(std::string_view line);
enum class Registration : std::uint8_t { Idle, Home, Searching, Denied, Unknown, Roaming };
std::optional<Registration> parseRegistration(std::string_view line);
// Whether context 0 is active, from the lines of CNACT?.
std::optional<bool> parseBearer(const AtResponse& response);
// From `+APP PDP: 0,ACTIVE` or DEACTIVE, with or without the index; nothing for other contexts.
std::optional<bool> parseBearerUrc(std::string_view line);
// 0 off, 1 on, 2 on with the session present.
std::optional<int> parseMqttState(std::string_view line);
// The result of CAOPEN for this connection, 0 for success.
std::optional<int> parseSocketOpen(std::string_view line, int id);
// One line of CASTATE?, or the URC of the same form.
struct SocketState {
  int id = 0;
  bool connected = false;
};
std::optional<SocketState> parseSocketState(std::string_view line);
// The connection that has data, from `+CADATAIND: id`.
std::optional<int> parseSocketData(std::string_view line);
std::optional<std::uint32_t> parseFileSize(std::string_view line);
// What the network granted; empty if it grants none.
std::optional<EdrxCycle> parseGrantedEdrx(std::string_view line);
struct Operator {
  FixedString<32> name;  // what is longer is cut
  int technology = 0;    // 7 CAT-M, 9 NB-IoT, 0 GSM
};
// Nothing while there is no network.
std::optional<Operator> parseOperator(std::string_view line);

// `+SMSUB: "topic","hex"`, SUBHEX=1.
struct Inbound {
  std::string_view topic;
  std::string_view hex;
};
std::optional<Inbound> parseInbound(std::string_view line);

}  // namespace smartkar::device::sim7080
