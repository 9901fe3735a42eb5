#include "device/link/mqtt_manager.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/hex.hpp"

namespace smartkar::device {
namespace {

// Limits of SMCONF (AT Manual V1.05 §17.2.1).
constexpr std::size_t kClientIdMax = 128;
constexpr std::size_t kUserMax = 256;
constexpr std::size_t kPasswordMax = 512;
constexpr std::size_t kWillMax = 1024;
constexpr std::string_view kWillWord = "offline";

// Asked this often before the state counts as unknown.
constexpr int kPolls = 3;
// Unreadable answers in a row that make the claim worthless.
constexpr int kUnreadableMax = 3;
constexpr int kNotAllowed = 3;  // +CME ERROR: operation not allowed, §22.1

bool isUp(SessionClaim claim) { return claim == SessionClaim::Up || claim == SessionClaim::UpWithSession; }

SessionClaim claimOf(std::optional<int> state) {
  if (!state) return SessionClaim::Unknown;
  if (*state == 0) return SessionClaim::Down;
  return *state == 2 ? SessionClaim::UpWithSession : SessionClaim::Up;
}

}  // namespace

MqttManager::MqttManager(CommandSender& sender, ModemManager& modem, TlsFiles& files, InboundSink& sink, LogSink& log,
                         const MqttSettings& settings)
    : at_(sender.at()),
      sender_(sender),
      modem_(modem),
      files_(files),
      sink_(sink),
      log_(log, "mqtt"),
      settings_(settings),
      keep_alive_s_(settings.keep_alive_s) {
  const auto topic = protocol::makeTopic(settings_.topic_prefix, settings_.ccid, protocol::Channel::Command);
  SK_ASSERT(topic.has_value());
  SK_ASSERT(!settings_.broker.host.empty() && !settings_.client_id.empty());
  command_topic_ = *topic;
  at_.onUrc("+SMSUB:", *this);
  at_.onUrc("+SMSTATE:", *this);
}

void MqttManager::useBroker(Broker broker) {
  broker_ = broker;
  SK_ASSERT(!address().host.empty());
}

void MqttManager::setWill(std::string_view payload) { SK_ASSERT(will_.assign(payload)); }

void MqttManager::setKeepAlive(std::chrono::seconds interval) {
  keep_alive_s_ = static_cast<std::uint16_t>(interval.count());
}

bool MqttManager::up() const { return isUp(claim_) && modem_.connected(); }

// --- what the modem says ---

void MqttManager::onUrc(std::string_view line) {
  if (line.starts_with("+SMSUB:")) return onInbound(line);
  const auto state = sim7080::parseMqttState(line);
  if (state) takeClaim(claimOf(state));
}

void MqttManager::onInbound(std::string_view line) {
  const auto inbound = sim7080::parseInbound(line);
  if (!inbound) {
    ++counters_.malformed;
    return;
  }
  if (inbound->topic != command_topic_.view()) {
    ++counters_.foreign;
    return;
  }
  std::array<std::uint8_t, protocol::kCommandBytesMax> bytes;
  const auto size = decodeHex(inbound->hex, bytes);
  if (!size) {
    ++counters_.too_long;
    return;
  }
  ++counters_.received;
  unproved_ = false;
  sink_.onCommand({reinterpret_cast<const char*>(bytes.data()), *size});
}

// One unreadable word changes nothing: only the third in a row makes the claim worthless.
void MqttManager::takeClaim(SessionClaim claim) {
  if (claim == SessionClaim::Unknown) {
    ++counters_.garbled_polls;
    if (++unreadable_ >= kUnreadableMax) claim_ = SessionClaim::Unknown;
    return;
  }
  unreadable_ = 0;
  if (claim == SessionClaim::Down) {
    ++losses_;
    subscribed_ = false;
  }
  claim_ = claim;
}

Task<SessionClaim> MqttManager::check() {
  const auto answer = co_await at_.run(sim7080::kMqttState);
  const auto state = answer.ok() ? sim7080::parseMqttState(answer->last()) : std::nullopt;
  if (!state) takeClaim(SessionClaim::Unknown);  // a readable answer has come through onUrc already
  co_return claimOf(state);
}

Task<SessionClaim> MqttManager::ask() {
  SessionClaim claim = SessionClaim::Unknown;
  for (int polls = 0; polls < kPolls && claim == SessionClaim::Unknown && !at_.restarted(); ++polls) {
    claim = co_await check();
    if (polls > 0 && !at_.inStep()) break;  // neither an answer nor one to AT
  }
  co_return claim;
}

// --- opening ---

Task<MqttManager::Done> MqttManager::open() {
  adopted_ = false;
  const auto connected = co_await modem_.connect();
  if (!connected.ok()) co_return Failure{linkError(connected.error())};
  SessionClaim claim = co_await ask();
  if (isUp(claim) && session_with_.value_or(broker_) != broker_) {
    const Done left = co_await close();
    claim = left.ok() ? SessionClaim::Down : SessionClaim::Unknown;
  }
  Done done = Failure{at_.restarted() ? LinkError::NoModem : LinkError::Timeout};
  if (isUp(claim)) {
    done = co_await adopt(claim);
  } else if (claim == SessionClaim::Down) {
    done = co_await openSession();
  }
  account(done);
  co_return done;
}

void MqttManager::account(const Done& done) {
  if (done.ok()) {
    files_.onConnected();
    unproved_ = true;
    return;
  }
  if (!at_.inStep()) {
    modem_.onNoAnswer();
  } else {
    modem_.onLinkFailure(done.error() == LinkError::Timeout ? LinkTrouble::Silent : LinkTrouble::Refused);
  }
  if (settings_.tls && done.error() == LinkError::Refused) files_.onRefused();
}

Task<MqttManager::Done> MqttManager::adopt(SessionClaim claim) {
  session_with_ = broker_;
  // State 1 does not tell whether the subscription was made before this run began.
  if (unproved_ || (claim == SessionClaim::Up && !subscribed_)) {
    const Done done = co_await renewSubscription();
    if (!done.ok()) co_return done;
  }
  if (!isUp(claim_)) co_return Failure{LinkError::Down};
  subscribed_ = true;
  adopted_ = true;
  ++counters_.adoptions;
  co_return Done{};
}

// For a session that exists: a repeat is harmless, and so is the modem's complaint about it. Unsubscribing is not: the
// broker would drop what it has queued.
Task<MqttManager::Done> MqttManager::renewSubscription() {
  const Done done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), command_topic_));
  if (!done.ok() && done.error() != LinkError::Refused) co_return done;
  co_return Done{};
}

Task<MqttManager::Done> MqttManager::openSession() {
  Done done = co_await sendTls();
  if (!done.ok()) co_return done;
  done = co_await sendSettings();
  if (!done.ok()) co_return done;
  done = co_await connect();
  if (!done.ok()) co_return done;
  if (claim_ == SessionClaim::Up) {
    done = co_await subscribe();
  } else if (unproved_) {
    done = co_await renewSubscription();
  }
  if (!done.ok()) co_return done;
  if (!isUp(claim_)) co_return Failure{LinkError::Down};
  subscribed_ = true;
  ++counters_.connects;
  co_return Done{};
}

Task<MqttManager::Done> MqttManager::connect() {
  session_with_ = broker_;
  const auto answer = co_await at_.run(sim7080::kMqttConnect);
  const bool refused = !answer.ok() && answer.error().kind == AtError::Kind::Error;
  if (refused && answer.error().code != kNotAllowed) co_return Failure{LinkError::Refused};
  const AtError::Kind kind = answer.ok() ? AtError::Kind::Error : answer.error().kind;
  if (kind == AtError::Kind::ModemRestarted) co_return Failure{LinkError::NoModem};
  // "Not allowed" also means connected already, and a connection may stand although its OK never came.
  const SessionClaim claim = co_await ask();
  if (isUp(claim)) co_return Done{};
  if (kind != AtError::Kind::Timeout) co_return Failure{answer.ok() ? LinkError::Down : LinkError::Refused};
  co_await sender_.trySend(sim7080::kMqttDisconnect);  // whatever it still tries
  co_return Failure{LinkError::Timeout};
}

// The broker kept no session, so unsubscribing loses nothing: it helps where the modem thinks it is subscribed already.
Task<MqttManager::Done> MqttManager::subscribe() {
  Done done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), command_topic_));
  if (done.ok() || done.error() != LinkError::Refused || !isUp(claim_)) co_return done;
  co_await sender_.trySend(sim7080::mqttUnsubscribe(sender_.line(), command_topic_));
  done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), command_topic_));
  co_return done;
}

// --- settings: all volatile, so all are sent before each connection ---

Task<MqttManager::Done> MqttManager::sendTls() {
  if (!settings_.tls) {
    const Done plain = co_await sender_.send(sim7080::kMqttPlain);
    co_return plain;
  }
  Done done = co_await files_.provide(address().host);
  if (!done.ok()) co_return done;
  const TlsIdentity& identity = files_.identity();
  done = co_await sender_.send(sim7080::mqttTls(sender_.line(), identity.ca.name, identity.certificate.name));
  co_return done;
}

Task<MqttManager::Done> MqttManager::sendSettings() {
  Done done = co_await sender_.send(sim7080::mqttUrl(sender_.line(), address().host, address().port));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttText(sender_.line(), "CLIENTID", settings_.client_id, kClientIdMax));
  if (!done.ok()) co_return done;
  if (!settings_.user.empty()) {
    done = co_await sender_.send(sim7080::mqttText(sender_.line(), "USERNAME", settings_.user, kUserMax));
    if (!done.ok()) co_return done;
    done = co_await sender_.send(sim7080::mqttText(sender_.line(), "PASSWORD", settings_.password, kPasswordMax));
    if (!done.ok()) co_return done;
  }
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "KEEPTIME", keep_alive_s_));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "CLEANSS", settings_.clean_session ? 1 : 0));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "SUBHEX", 1));
  if (!done.ok()) co_return done;
  done = co_await sendWill();
  co_return done;
}

Task<MqttManager::Done> MqttManager::sendWill() {
  const auto topic = protocol::makeTopic(settings_.topic_prefix, settings_.ccid, protocol::Channel::Status);
  Done done = co_await sender_.send(sim7080::mqttText(sender_.line(), "TOPIC", *topic, protocol::kTopicBytesMax));
  if (!done.ok()) co_return done;
  const bool word = settings_.will_format == WillFormat::Word || will_.empty();
  const AtCommand command = word ? sim7080::mqttText(sender_.line(), "MESSAGE", kWillWord, kWillMax)
                                 : sim7080::mqttEscaped(sender_.line(), "MESSAGE", will_, kWillMax);
  done = co_await sender_.send(command);
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "QOS", 1));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "RETAIN", 1));
  co_return done;
}

// --- publishing and closing ---

Task<MqttManager::Done> MqttManager::publish(protocol::Channel channel, std::string_view payload, bool retain) {
  if (payload.size() > protocol::kDevicePayloadBytesMax) co_return Failure{LinkError::TooLong};
  if (!up()) co_return Failure{LinkError::Down};
  const auto topic = protocol::makeTopic(settings_.topic_prefix, settings_.ccid, channel);
  const std::uint32_t losses = losses_;
  const auto answer = co_await at_.run(sim7080::mqttPublish(sender_.line(), *topic, payload, retain));
  // The modem says OK even to a publish during which the broker went away.
  if (losses_ != losses) co_return Failure{LinkError::Down};
  if (answer.ok()) co_return Done{};
  const LinkError error = linkError(answer.error());
  if (error == LinkError::NoModem) co_return Failure{error};
  const SessionClaim claim = co_await check();
  if (claim == SessionClaim::Down) co_return Failure{LinkError::Down};
  if (!at_.inStep()) modem_.onNoAnswer();  // not even to AT
  co_return Failure{error};
}

Task<MqttManager::Done> MqttManager::receive() { co_return Done{}; }

// DISC only to a modem that claims a session: else it would suppress the will of one that has just broken.
Task<MqttManager::Done> MqttManager::close() {
  SessionClaim claim = co_await ask();
  if (claim == SessionClaim::Down) co_return Done{};
  const Done done = co_await sender_.send(sim7080::kMqttDisconnect);
  if (done.ok()) {
    takeClaim(SessionClaim::Down);
    co_return done;
  }
  claim = co_await ask();
  if (claim == SessionClaim::Down) co_return Done{};
  if (!at_.inStep()) modem_.onNoAnswer();
  co_return done;
}

}  // namespace smartkar::device
