#include "device/link/socket_engine.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace smartkar::device {
namespace {

// From sending to the broker's answer: TCP repeats for several seconds on a bad radio link, and a car awake has to make
// its next contact within a minute (promise P5).
constexpr Duration kAnswerLimit = 20s;
// The modem is asked for data at least this often while an answer is due, should its word that there are some be lost.
constexpr Duration kLookAgain = 3s;
constexpr std::string_view kWillWord = "offline";

mqtt::Bytes bytesOf(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string_view textOf(mqtt::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

SocketEngine::SocketEngine(const MqttEngineParts& parts, ModemSocket& socket, Scheduler& scheduler, SavedSession& saved)
    : MqttEngine(parts), socket_(socket), scheduler_(scheduler), saved_(saved), session_({}, memory_.view()) {}

// --- sleeping and waking ---

bool SocketEngine::suspend() {
  saved_.size = 0;
  if (!up()) return true;
  if (socket_.dataWaiting() || session_.unacknowledged() > 0) return false;
  const auto size = session_.save(saved_.bytes);
  if (size.ok()) saved_.size = static_cast<std::uint16_t>(*size);
  return size.ok();
}

// What was saved counts once: a run that ends without suspend() leaves nothing to go on with.
void SocketEngine::restore() {
  const std::size_t size = std::min<std::size_t>(std::exchange(saved_.size, std::uint16_t{0}), saved_.bytes.size());
  if (size == 0 || session_.active()) return;
  const auto loaded = session_.load(mqtt::Bytes(saved_.bytes).first(size), scheduler_.now());
  if (!loaded.ok()) log_.warning("the saved session is not usable");
}

// --- opening and closing ---

Task<SocketEngine::Done> SocketEngine::open() {
  restore();
  if (session_.connected()) {
    const Done adopted = co_await socket_.adopt();
    profile_.adopted = adopted.ok();
    if (adopted.ok() || adopted.error() != LinkError::Down) co_return adopted;
  }
  dropSession();
  Done done = co_await openSession();
  if (done.ok() && !up()) done = Failure{LinkError::Down};  // ended together with the broker's last answer
  if (!done.ok()) dropSession();
  co_return done;
}

Task<SocketEngine::Done> SocketEngine::openSession() {
  const MqttSettings& settings = profile_.settings;
  const BrokerAddress& address = profile_.address();
  const SocketEndpoint broker{
      .host = address.host, .port = address.port, .tls = settings.tls, .keep_idle_s = settings.keep_alive_s};
  Done done = co_await socket_.open(broker);
  if (!done.ok()) co_return done;
  if (!session_.connect(connectOptions(), scheduler_.now()).ok()) co_return Failure{LinkError::Refused};
  done = co_await awaitAnswer(0, kAnswerLimit);
  if (!done.ok()) co_return done;
  start_clean_ = false;
  done = co_await subscribe();
  co_return done;
}

mqtt::ConnectOptions SocketEngine::connectOptions() const {
  const MqttSettings& settings = profile_.settings;
  const bool word = settings.will_format == WillFormat::Word || profile_.will.empty();
  mqtt::ConnectOptions options;
  options.client_id = settings.client_id;
  options.keep_alive = settings.silence_max_s;
  options.clean_start = settings.clean_session || start_clean_;
  options.will = mqtt::WillMessage{.topic = profile_.status_topic,
                                   .payload = bytesOf(word ? kWillWord : profile_.will.view()),
                                   .qos = mqtt::Qos::AtLeastOnce,
                                   .retain = true};
  if (settings.user.empty()) return options;
  options.user_name = settings.user;
  options.password = bytesOf(settings.password);
  return options;
}

// Also to a session that the broker kept: it may have been cut off before it subscribed, and a repeat is harmless.
Task<SocketEngine::Done> SocketEngine::subscribe() {
  const mqtt::Subscription subscription{.filter = profile_.command_topic, .qos = mqtt::Qos::AtLeastOnce};
  const auto packet_id = session_.subscribe(std::span(&subscription, 1));
  if (!packet_id.ok()) co_return Failure{LinkError::Down};
  const Done done = co_await awaitAnswer(*packet_id, kAnswerLimit);
  co_return done;
}

Task<SocketEngine::Done> SocketEngine::close() {
  if (up() && session_.disconnect(mqtt::ReasonCode::Success, scheduler_.now()).ok()) {
    const Done said = co_await flush();
    if (!said.ok()) log_.warning("closed without a word to the broker");
  }
  dropSession();
  const Done done = co_await socket_.close();
  co_return done;
}

// What was not acknowledged is not kept: whoever published it was told so and repeats what matters.
void SocketEngine::dropSession() {
  session_.transportClosed(scheduler_.now());
  drainEvents();
  SK_ASSERT(session_.discardUnacknowledged().ok());
}

// --- messages ---

Task<SocketEngine::Done> SocketEngine::publish(std::string_view topic, std::string_view payload, bool retain) {
  const mqtt::PublishOptions options{.qos = mqtt::Qos::AtLeastOnce, .retain = retain};
  const auto packet_id = session_.publish(topic, bytesOf(payload), options);
  if (!packet_id.ok()) {
    co_return Failure{packet_id.error() == mqtt::SessionError::PacketTooLarge ? LinkError::TooLong : LinkError::Down};
  }
  const Done done = co_await awaitAnswer(*packet_id, kAnswerLimit);
  if (!done.ok() && done.error() != LinkError::Refused) dropSession();
  co_return done;
}

Task<SocketEngine::Done> SocketEngine::receive() {
  if (!up()) co_return Failure{LinkError::Down};
  session_.tick(scheduler_.now());
  Done done = co_await flush();
  while (done.ok() && socket_.dataWaiting()) done = co_await read();
  if (done.ok()) done = co_await flush();
  if (!done.ok()) dropSession();
  co_return done;
}

// Moves bytes both ways until the broker has answered. packet_id: whose answer; 0: CONNACK. Refused: it said no. Down:
// the connection ended. Timeout: no answer.
Task<SocketEngine::Done> SocketEngine::awaitAnswer(std::uint16_t packet_id, Duration limit) {
  awaited_ = packet_id;
  accepted_.reset();
  const Instant deadline = scheduler_.now() + limit;
  for (;;) {
    Done done = co_await flush();
    if (accepted_) break;
    if (!done.ok()) co_return done;
    if (scheduler_.now() >= deadline) co_return Failure{LinkError::Timeout};
    co_await socket_.waitForData(std::min(deadline, scheduler_.now() + kLookAgain));
    done = co_await read();
    if (!done.ok() && !accepted_) co_return done;
  }
  if (!*accepted_) co_return Failure{LinkError::Refused};
  co_return Done{};
}

// Sends what the session has to say.
Task<SocketEngine::Done> SocketEngine::flush() {
  for (drainEvents(); !session_.output().empty(); drainEvents()) {
    const auto bytes = session_.output();
    const Done done = co_await socket_.send(bytes);
    if (!done.ok()) co_return done;
    session_.consumed(bytes.size());
  }
  if (!session_.active()) co_return Failure{LinkError::Down};
  co_return Done{};
}

// Takes one piece of what waits in the modem.
Task<SocketEngine::Done> SocketEngine::read() {
  const auto count = co_await socket_.receive(input_);
  if (!count.ok()) co_return Failure{count.error()};
  mqtt::Bytes rest = mqtt::Bytes(input_).first(*count);
  while (!rest.empty()) {
    const std::size_t taken = session_.receive(rest, scheduler_.now());
    rest = rest.subspan(taken);
    const Done done = co_await flush();  // makes room, too
    if (!done.ok()) co_return done;
    if (taken == 0) co_return Failure{LinkError::Down};
  }
  co_return Done{};
}

void SocketEngine::drainEvents() {
  while (const auto event = session_.poll()) on(*event);
}

void SocketEngine::on(const mqtt::Event& event) {
  if (const auto* message = std::get_if<mqtt::Message>(&event)) return onMessage(*message);
  if (std::holds_alternative<mqtt::Connected>(event)) return onAnswer(0, true);
  if (const auto* published = std::get_if<mqtt::Published>(&event)) {
    return onAnswer(published->packet_id, !mqtt::isError(published->reason));
  }
  if (const auto* subscribed = std::get_if<mqtt::Subscribed>(&event)) {
    return onAnswer(subscribed->packet_id, subscribed->reasons.size() > 0 && !mqtt::isError(subscribed->reasons[0]));
  }
  const auto* ended = std::get_if<mqtt::Disconnected>(&event);
  if (ended == nullptr) return;
  if (ended->cause == mqtt::DisconnectCause::Refused) onAnswer(0, false);
  start_clean_ = start_clean_ || ended->cause == mqtt::DisconnectCause::ProtocolViolation;
  log_.info("session ended: %s %s", mqtt::name(ended->cause).data(), ended->what);
}

void SocketEngine::onMessage(const mqtt::Message& message) {
  if (wanted(message.topic, message.payload.size())) sink_.onCommand(textOf(message.payload));
  session_.acknowledge(message.token);
}

void SocketEngine::onAnswer(std::uint16_t packet_id, bool accepted) {
  if (packet_id == awaited_) accepted_ = accepted;
}

}  // namespace smartkar::device
