#include "device/modem/sim7080.hpp"

#include <algorithm>
#include <charconv>

namespace smartkar::device::sim7080 {
namespace {

constexpr std::size_t kTopicBytesMax = 128;     // SMPUB, SMSUB, SMUNSUB (§17.2)
constexpr std::size_t kPayloadBytesMax = 1024;  // SMPUB (§17.2.4)
constexpr std::size_t kTlsNameBytesMax = 20;    // SMSSL (§17.2.14)
constexpr std::size_t kFileBytesMax = 10240;    // CFSWFILE (§9.2)
constexpr std::size_t kCustomerFolder = 3;      // CFSWFILE: /customer/
constexpr std::size_t kHostBytesMax = 64;       // CAOPEN (§12.2.3)
// Unanswered probes, and the seconds between them, after which the modem gives a connection up (own choice within
// §12.2.10): longer than an eDRX cycle, so that one lost in a cell change does no harm.
constexpr int kProbeInterval = 60;
constexpr int kProbes = 4;
constexpr std::uint32_t kSocketIdMax = 12;  // §12.2.1

AtCommand built(const CommandLine& line, Duration timeout = kShort) {
  return {.line = line.view(), .timeout = timeout};
}

// What follows `name: `; nothing if the line does not begin so.
std::optional<std::string_view> fieldsOf(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  if (!line.starts_with(": ")) return std::nullopt;
  return line.substr(2);
}

// The whole text as a number without sign.
std::optional<std::uint32_t> numberOf(std::string_view text) {
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// Cuts the text before the first comma off `rest`.
std::string_view nextField(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view field = rest.substr(0, comma);
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return field;
}

bool isDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

AtCommand edrx(CommandLine& line, std::string_view cycle) {
  return built(line.begin("AT+CEDRXS=1,4,").quoted(cycle, 4), 10s);
}

AtCommand bearerSettings(CommandLine& line, std::string_view apn) {
  return built(line.begin("AT+CNCFG=0,1,").quoted(apn, 150));
}

AtCommand mqttUrl(CommandLine& line, std::string_view host, std::uint16_t port) {
  return built(line.begin("AT+SMCONF=\"URL\",").quoted(host, 246).text(",").number(port));
}

AtCommand mqttText(CommandLine& line, std::string_view tag, std::string_view value, std::size_t longest) {
  return built(line.begin("AT+SMCONF=").quoted(tag, 16).text(",").quoted(value, longest));
}

AtCommand mqttEscaped(CommandLine& line, std::string_view tag, std::string_view value, std::size_t longest) {
  return built(line.begin("AT+SMCONF=").quoted(tag, 16).text(",").escaped(value, longest));
}

AtCommand mqttNumber(CommandLine& line, std::string_view tag, std::uint32_t value) {
  return built(line.begin("AT+SMCONF=").quoted(tag, 16).text(",").number(value));
}

AtCommand mqttSubscribe(CommandLine& line, std::string_view topic) {
  return built(line.begin("AT+SMSUB=").quoted(topic, kTopicBytesMax).text(",1"), 10s);
}

AtCommand mqttUnsubscribe(CommandLine& line, std::string_view topic) {
  return built(line.begin("AT+SMUNSUB=").quoted(topic, kTopicBytesMax), 10s);
}

AtCommand mqttPublish(CommandLine& line, std::string_view topic, std::string_view payload, bool retain) {
  if (payload.size() > kPayloadBytesMax) return {};
  line.begin("AT+SMPUB=").quoted(topic, kTopicBytesMax).text(",");
  line.number(static_cast<std::int64_t>(payload.size())).text(retain ? ",1,1" : ",1,0");
  // 6 s were seen at QoS 1; on a failing link the modem repeats for longer.
  return {.line = line.view(), .timeout = 60s, .data = payload, .prompt = AtPrompt::Angle};
}

AtCommand mqttTls(CommandLine& line, std::string_view ca, std::string_view certificate) {
  if (ca.empty()) return {};
  return built(line.begin("AT+SMSSL=1,").quoted(ca, kTlsNameBytesMax).text(",").quoted(certificate, kTlsNameBytesMax));
}

AtCommand tlsServerName(CommandLine& line, std::string_view host) {
  return built(line.begin("AT+CSSLCFG=\"SNI\",0,").quoted(host, 253));
}

AtCommand tlsConvertCa(CommandLine& line, std::string_view file) {
  return built(line.begin("AT+CSSLCFG=\"CONVERT\",2,").quoted(file, kTlsNameBytesMax), 10s);
}

AtCommand tlsConvertCertificate(CommandLine& line, std::string_view certificate, std::string_view key) {
  line.begin("AT+CSSLCFG=\"CONVERT\",1,").quoted(certificate, kTlsNameBytesMax);
  return built(line.text(",").quoted(key, kTlsNameBytesMax), 10s);
}

AtCommand fileSize(CommandLine& line, std::string_view name) {
  return built(line.begin("AT+CFSGFIS=").number(kCustomerFolder).text(",").quoted(name, kTlsNameBytesMax));
}

AtCommand fileWrite(CommandLine& line, std::string_view name, std::string_view bytes, bool append) {
  if (bytes.empty() || bytes.size() > kFileBytesMax) return {};
  line.begin("AT+CFSWFILE=").number(kCustomerFolder).text(",").quoted(name, kTlsNameBytesMax);
  line.text(append ? ",1," : ",0,").number(static_cast<std::int64_t>(bytes.size())).text(",10000");
  return {.line = line.view(), .timeout = 15s, .data = bytes, .prompt = AtPrompt::Download};
}

AtCommand socketKeepAlive(CommandLine& line, std::uint32_t idle_s) {
  line.begin("AT+CACFG=\"KEEPALIVE\",1,").number(idle_s).text(",");
  return built(line.number(kProbeInterval).text(",").number(kProbes));
}

AtCommand socketSecurity(CommandLine& line, int id, bool tls) {
  return built(line.begin("AT+CASSLCFG=").number(id).text(",\"SSL\",").number(tls ? 1 : 0));
}

AtCommand socketTlsContext(CommandLine& line, int id) {
  return built(line.begin("AT+CASSLCFG=").number(id).text(",\"CRINDEX\",0"));
}

AtCommand socketFile(CommandLine& line, int id, std::string_view tag, std::string_view name) {
  if (name.empty()) return {};
  line.begin("AT+CASSLCFG=").number(id).text(",").quoted(tag, 8);
  return built(line.text(",").quoted(name, kTlsNameBytesMax));
}

AtCommand socketOpen(CommandLine& line, int id, std::string_view host, std::uint16_t port) {
  if (host.empty()) return {};
  line.begin("AT+CAOPEN=").number(id).text(",0,\"TCP\",").quoted(host, kHostBytesMax).text(",").number(port);
  return built(line, 120s);  // drivers allow 75 to 90 s (TinyGSM, Zephyr); name resolution and TLS come on top
}

AtCommand socketSend(CommandLine& line, int id, std::string_view bytes) {
  if (bytes.empty() || bytes.size() > kSocketBytesMax) return {};
  line.begin("AT+CASEND=").number(id).text(",").number(static_cast<std::int64_t>(bytes.size()));
  return {.line = line.view(), .timeout = 15s, .data = bytes, .prompt = AtPrompt::Angle};
}

AtCommand socketReceive(CommandLine& line, int id, std::span<std::uint8_t> into) {
  if (into.empty()) return {};
  const std::size_t most = std::min(into.size(), kSocketBytesMax);
  line.begin("AT+CARECV=").number(id).text(",").number(static_cast<std::int64_t>(most));
  return {.line = line.view(), .timeout = kShort, .block = AtBlock::Raw, .into = into};
}

AtCommand socketClose(CommandLine& line, int id) { return built(line.begin("AT+CACLOSE=").number(id), 10s); }

std::optional<SimStatus> parseSim(std::string_view line) {
  const auto status = fieldsOf(line, "+CPIN");
  if (!status) return std::nullopt;
  if (*status == "READY") return SimStatus::Ready;
  if (*status == "NOT READY") return SimStatus::Busy;
  if (*status == "NOT INSERTED") return SimStatus::Missing;
  return SimStatus::Locked;  // SIM PIN, SIM PUK, PH_SIM PIN, …
}

std::optional<Ccid> parseCcid(std::string_view line) {
  if (line.ends_with('F') || line.ends_with('f')) line.remove_suffix(1);
  if (line.size() < 19 || line.size() > 20 || !isDigits(line)) return std::nullopt;
  return Ccid(line);
}

std::optional<int> parseSignal(std::string_view line) {
  auto fields = fieldsOf(line, "+CSQ");
  if (!fields) return std::nullopt;
  const auto rssi = numberOf(nextField(*fields));
  if (!rssi || *rssi > 31) return std::nullopt;
  if (*rssi == 0) return -115;
  if (*rssi == 1) return -111;
  return *rssi == 31 ? -52 : -114 + 2 * static_cast<int>(*rssi);
}

std::optional<Registration> parseRegistration(std::string_view line) {
  auto fields = fieldsOf(line, "+CEREG");
  if (!fields) return std::nullopt;
  const auto mode = numberOf(nextField(*fields));
  const auto status = numberOf(nextField(*fields));
  if (!mode || !status || *status > static_cast<std::uint32_t>(Registration::Roaming)) return std::nullopt;
  return static_cast<Registration>(*status);
}

std::optional<bool> parseBearer(const AtResponse& response) {
  for (auto line = response.first(); !line.empty(); line = response.next(line)) {
    auto fields = fieldsOf(line, "+CNACT");
    if (!fields || nextField(*fields) != "0") continue;
    const auto status = numberOf(nextField(*fields));
    if (status && *status <= 2) return *status == 1;
  }
  return std::nullopt;
}

std::optional<bool> parseBearerUrc(std::string_view line) {
  auto status = fieldsOf(line, "+APP PDP");
  if (!status) return std::nullopt;
  if (status->starts_with("0,")) status->remove_prefix(2);
  if (*status == "ACTIVE") return true;
  if (*status == "DEACTIVE") return false;
  return std::nullopt;
}

std::optional<int> parseMqttState(std::string_view line) {
  const auto state = fieldsOf(line, "+SMSTATE");
  const auto number = state ? numberOf(*state) : std::nullopt;
  if (!number || *number > 2) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<int> parseSocketOpen(std::string_view line, int id) {
  auto fields = fieldsOf(line, "+CAOPEN");
  if (!fields || numberOf(nextField(*fields)) != static_cast<std::uint32_t>(id)) return std::nullopt;
  const auto result = numberOf(*fields);
  if (!result || *result > 99) return std::nullopt;
  return static_cast<int>(*result);
}

// 0 closed by the other end, 1 connected, 2 listening.
std::optional<SocketState> parseSocketState(std::string_view line) {
  auto fields = fieldsOf(line, "+CASTATE");
  if (!fields) return std::nullopt;
  const auto id = numberOf(nextField(*fields));
  const auto state = numberOf(*fields);
  if (!id || *id > kSocketIdMax || !state || *state > 2) return std::nullopt;
  return SocketState{.id = static_cast<int>(*id), .connected = *state == 1};
}

std::optional<int> parseSocketData(std::string_view line) {
  const auto id = fieldsOf(line, "+CADATAIND");
  const auto number = id ? numberOf(*id) : std::nullopt;
  if (!number || *number > kSocketIdMax) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<std::uint32_t> parseFileSize(std::string_view line) {
  const auto size = fieldsOf(line, "+CFSGFIS");
  return size ? numberOf(*size) : std::nullopt;
}

// `4,"0010","0010","0101"`: technology, asked for, granted, paging window; `0` if there is none.
std::optional<EdrxCycle> parseGrantedEdrx(std::string_view line) {
  auto fields = fieldsOf(line, "+CEDRXRDP");
  if (!fields) return std::nullopt;
  if (*fields == "0") return EdrxCycle();
  nextField(*fields);
  nextField(*fields);
  std::string_view granted = nextField(*fields);
  if (granted.size() != 6 || granted.front() != '"' || granted.back() != '"') return std::nullopt;
  granted = granted.substr(1, 4);
  if (granted.find_first_not_of("01") != std::string_view::npos) return std::nullopt;
  return EdrxCycle(granted);
}

// `0,0,"Name",7`; the name may hold commas.
std::optional<Operator> parseOperator(std::string_view line) {
  const auto fields = fieldsOf(line, "+COPS");
  if (!fields) return std::nullopt;
  const std::size_t begin = fields->find('"');
  const std::size_t end = fields->rfind("\",");
  if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) return std::nullopt;
  const auto technology = numberOf(fields->substr(end + 2));
  if (!technology || *technology > 9) return std::nullopt;
  Operator found;
  const std::string_view name = fields->substr(begin + 1, end - begin - 1);
  if (!found.name.assign(name.substr(0, found.name.capacity()))) return std::nullopt;
  found.technology = static_cast<int>(*technology);
  return found;
}

// The topic cannot hold a quote, so the first one after it ends it; hex digits hold neither quote nor comma.
std::optional<Inbound> parseInbound(std::string_view line) {
  const auto body = fieldsOf(line, "+SMSUB");
  if (!body || body->size() < 5 || body->front() != '"' || body->back() != '"') return std::nullopt;
  const std::string_view inner = body->substr(1, body->size() - 2);
  const std::size_t gap = inner.find("\",\"");
  if (gap == std::string_view::npos || gap == 0 || inner.find('"') != gap) return std::nullopt;
  const Inbound inbound{.topic = inner.substr(0, gap), .hex = inner.substr(gap + 3)};
  if (inbound.hex.size() % 2 != 0 ||
      inbound.hex.find_first_not_of("0123456789ABCDEFabcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  return inbound;
}

}  // namespace smartkar::device::sim7080
