#include "device/link/native_engine.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "device/modem/sim7080.hpp"

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
// How long a session counts as alive unseen: with a new connection it must fit into the minute of promise P5.
constexpr Duration kLookInterval = 30s;
constexpr int kNotAllowed = 3;  // +CME ERROR: operation not allowed, §22.1

bool isUp(SessionClaim claim) { return claim == SessionClaim::Up || claim == SessionClaim::UpWithSession; }

SessionClaim claimOf(std::optional<int> state) {
  if (!state) return SessionClaim::Unknown;
  if (*state == 0) return SessionClaim::Down;
  return *state == 2 ? SessionClaim::UpWithSession : SessionClaim::Up;
}

}  // namespace

NativeEngine::NativeEngine(const MqttEngineParts& parts, Scheduler& scheduler, SavedSession& saved)
    : MqttEngine(parts), at_(parts.sender.at()), scheduler_(scheduler), saved_(saved) {
  at_.onUrc("+SMSUB:", *this);
  at_.onUrc("+SMSTATE:", *this);
  at_.onUrc("RDY", *this);
}

bool NativeEngine::up() const { return isUp(claim_); }

bool NativeEngine::suspend() {
  saved_.subscribed = up() && subscribed_ && !unproved_;
  return true;
}

// --- what the modem says ---

void NativeEngine::onUrc(std::string_view line) {
  if (line.starts_with("+SMSUB:")) return onInbound(line);
  if (line == "RDY") {
    fresh_ = true;
    return takeClaim(SessionClaim::Down);
  }
  const auto state = sim7080::parseMqttState(line);
  if (state) takeClaim(claimOf(state));
}

void NativeEngine::onInbound(std::string_view line) {
  const auto inbound = sim7080::parseInbound(line);
  if (!inbound) {
    ++profile_.counters.malformed;
    return;
  }
  const std::size_t size = inbound->hex.size() / 2;
  if (!wanted(inbound->topic, size)) return;
  std::array<std::uint8_t, protocol::kCommandBytesMax> bytes;
  static_cast<void>(decodeHex(inbound->hex, bytes));  // parseInbound has looked at every digit
  unproved_ = false;
  sink_.onCommand({reinterpret_cast<const char*>(bytes.data()), size});
}

// One unreadable word changes nothing: only the third in a row makes the claim worthless.
void NativeEngine::takeClaim(SessionClaim claim) {
  if (claim == SessionClaim::Unknown) {
    ++profile_.counters.garbled_polls;
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

Task<SessionClaim> NativeEngine::check() {
  look_due_ = scheduler_.now() + kLookInterval;
  const auto answer = co_await at_.run(sim7080::kMqttState);
  const auto state = answer.ok() ? sim7080::parseMqttState(answer->last()) : std::nullopt;
  if (!state) takeClaim(SessionClaim::Unknown);  // a readable answer has come through onUrc already
  co_return claimOf(state);
}

Task<SessionClaim> NativeEngine::ask() {
  SessionClaim claim = SessionClaim::Unknown;
  for (int polls = 0; polls < kPolls && claim == SessionClaim::Unknown && !at_.restarted(); ++polls) {
    claim = co_await check();
    if (polls > 0 && !at_.inStep()) break;  // neither an answer nor one to AT
  }
  co_return claim;
}

// --- opening ---

Task<NativeEngine::Done> NativeEngine::open() {
  const bool kept = std::exchange(saved_.subscribed, false);  // counts once
  SessionClaim claim = SessionClaim::Down;
  if (!std::exchange(fresh_, false)) claim = co_await ask();
  subscribed_ = subscribed_ || (kept && isUp(claim));
  Done done = Failure{at_.restarted() ? LinkError::NoModem : LinkError::Timeout};
  if (isUp(claim)) {
    done = co_await adopt(claim);
  } else if (claim == SessionClaim::Down) {
    done = co_await openSession();
    if (profile_.settings.tls) files_.note(done);
  }
  if (done.ok()) unproved_ = true;
  co_return done;
}

Task<NativeEngine::Done> NativeEngine::adopt(SessionClaim claim) {
  // State 1 does not tell whether the subscription was made before this run began.
  if (unproved_ || (claim == SessionClaim::Up && !subscribed_)) {
    const Done done = co_await renewSubscription();
    if (!done.ok()) co_return done;
  }
  if (!isUp(claim_)) co_return Failure{LinkError::Down};
  subscribed_ = true;
  profile_.adopted = true;
  co_return Done{};
}

// For a session that exists: a repeat is harmless, and so is the modem's complaint about it. Unsubscribing is not: the
// broker would drop what it has queued.
Task<NativeEngine::Done> NativeEngine::renewSubscription() {
  const Done done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), profile_.command_topic));
  if (!done.ok() && done.error() != LinkError::Refused) co_return done;
  co_return Done{};
}

Task<NativeEngine::Done> NativeEngine::openSession() {
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
  co_return Done{};
}

Task<NativeEngine::Done> NativeEngine::connect() {
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
Task<NativeEngine::Done> NativeEngine::subscribe() {
  Done done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), profile_.command_topic));
  if (done.ok() || done.error() != LinkError::Refused || !isUp(claim_)) co_return done;
  co_await sender_.trySend(sim7080::mqttUnsubscribe(sender_.line(), profile_.command_topic));
  done = co_await sender_.send(sim7080::mqttSubscribe(sender_.line(), profile_.command_topic));
  co_return done;
}

// --- settings: all volatile, so all are sent before each connection ---

Task<NativeEngine::Done> NativeEngine::sendTls() {
  if (!profile_.settings.tls) {
    const Done plain = co_await sender_.send(sim7080::kMqttPlain);
    co_return plain;
  }
  Done done = co_await files_.provide(profile_.address().host);
  if (!done.ok()) co_return done;
  const TlsIdentity& identity = files_.identity();
  done = co_await sender_.send(sim7080::mqttTls(sender_.line(), identity.ca.name, identity.certificate.name));
  co_return done;
}

Task<NativeEngine::Done> NativeEngine::sendSettings() {
  Done done = co_await sender_.send(sim7080::mqttUrl(sender_.line(), profile_.address().host, profile_.address().port));
  if (!done.ok()) co_return done;
  done =
      co_await sender_.send(sim7080::mqttText(sender_.line(), "CLIENTID", profile_.settings.client_id, kClientIdMax));
  if (!done.ok()) co_return done;
  if (!profile_.settings.user.empty()) {
    done = co_await sender_.send(sim7080::mqttText(sender_.line(), "USERNAME", profile_.settings.user, kUserMax));
    if (!done.ok()) co_return done;
    done =
        co_await sender_.send(sim7080::mqttText(sender_.line(), "PASSWORD", profile_.settings.password, kPasswordMax));
    if (!done.ok()) co_return done;
  }
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "KEEPTIME", profile_.settings.keep_alive_s));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "CLEANSS", profile_.settings.clean_session ? 1 : 0));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "SUBHEX", 1));
  if (!done.ok()) co_return done;
  done = co_await sendWill();
  co_return done;
}

Task<NativeEngine::Done> NativeEngine::sendWill() {
  const auto topic = profile_.status_topic.view();
  Done done = co_await sender_.send(sim7080::mqttText(sender_.line(), "TOPIC", topic, protocol::kTopicBytesMax));
  if (!done.ok()) co_return done;
  done = co_await sendWillMessage();
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "QOS", 1));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::mqttNumber(sender_.line(), "RETAIN", 1));
  co_return done;
}

Task<NativeEngine::Done> NativeEngine::sendWillMessage() {
  if (profile_.settings.will_format == WillFormat::EscapedJson && !profile_.will.empty()) {
    const Done done = co_await sender_.send(sim7080::mqttEscaped(sender_.line(), "MESSAGE", profile_.will, kWillMax));
    // Refused: a modem to which \" is the end of the text. The word has no quotes.
    if (done.ok() || done.error() != LinkError::Refused) co_return done;
  }
  const Done done = co_await sender_.send(sim7080::mqttText(sender_.line(), "MESSAGE", kWillWord, kWillMax));
  co_return done;
}

// --- publishing and closing ---

Task<NativeEngine::Done> NativeEngine::publish(std::string_view topic, std::string_view payload, bool retain) {
  const std::uint32_t losses = losses_;
  const auto answer = co_await at_.run(sim7080::mqttPublish(sender_.line(), topic, payload, retain));
  // The modem says OK even to a publish during which the broker went away.
  if (losses_ != losses) co_return Failure{LinkError::Down};
  if (answer.ok()) {
    look_due_ = scheduler_.now() + kLookInterval;
    co_return Done{};
  }
  const LinkError error = linkError(answer.error());
  if (error == LinkError::NoModem) co_return Failure{error};
  const SessionClaim claim = co_await check();
  co_return Failure{claim == SessionClaim::Down ? LinkError::Down : error};
}

Task<NativeEngine::Done> NativeEngine::receive() {
  if (up() && scheduler_.now() >= look_due_) co_await check();
  co_return Done{};
}

// DISC only to a modem that claims a session: else it would suppress the will of one that has just broken.
Task<NativeEngine::Done> NativeEngine::close() {
  SessionClaim claim = co_await ask();
  if (claim == SessionClaim::Down) co_return Done{};
  const Done done = co_await sender_.send(sim7080::kMqttDisconnect);
  if (done.ok()) {
    takeClaim(SessionClaim::Down);
    co_return done;
  }
  claim = co_await ask();
  if (claim == SessionClaim::Down) co_return Done{};
  co_return done;
}

}  // namespace smartkar::device
