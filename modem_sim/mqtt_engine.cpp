#include "modem_sim/mqtt_engine.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "modem_sim/alibaba_login.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/tls_context.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

namespace {

std::string hexDigits(std::string_view bytes, HexCase digits) {
  const std::string_view symbols = digits == HexCase::Upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    text += symbols[value >> 4U];
    text += symbols[value & 15U];
  }
  return text;
}

// The options refer to the settings.
mqtt::ConnectOptions connectOptions(const MqttSettings& settings) {
  mqtt::ConnectOptions options;
  options.client_id = settings.client_id;
  options.keep_alive = static_cast<std::uint16_t>(settings.keep_time);
  options.clean_start = settings.clean_session == 1;
  if (!settings.user_name.empty()) options.user_name = settings.user_name;
  if (!settings.password.empty()) options.password = mqtt::asBytes(settings.password);
  if (!settings.will_topic.empty()) {
    options.will = mqtt::WillMessage{.topic = settings.will_topic,
                                     .payload = mqtt::asBytes(settings.will_message),
                                     .qos = static_cast<mqtt::Qos>(settings.will_qos),
                                     .retain = settings.will_retain == 1,
                                     .message_expiry = std::nullopt};
  }
  return options;
}

}  // namespace

int MqttEngine::state() const {
  if (phase_ != Phase::Up) return 0;
  return session_present_ && core_.config.behaviour.smstate_tells_session ? 2 : 1;
}

bool MqttEngine::keepsAwake() const {
  if (phase_ != Phase::Up) return phase_ != Phase::Idle;
  switch (core_.config.behaviour.mqtt_blocks_sleep) {
    case MqttBlocksSleep::WithoutReceiveSleep:
      return core_.settings.sm_receive_sleep == 0;
    case MqttBlocksSleep::Always:
      return true;
    case MqttBlocksSleep::Never:
      return false;
  }
  return false;
}

// Alibaba Cloud registers devices over TLS only, and MQTT(S) Application Note V1.03 §5.3.4 sets up no context for it.
bool MqttEngine::usesTls() const {
  return core_.settings.ssl_index != 0 || core_.settings.alibaba_login == AlibabaLogin::Registration;
}

// Nothing if a certificate is named that CONVERT has never made.
std::optional<Endpoint> MqttEngine::endpoint() const {
  const VolatileSettings& settings = core_.settings;
  Endpoint endpoint{settings.mqtt.host, settings.mqtt.port, std::nullopt};
  if (!usesTls()) return endpoint;
  endpoint.tls = tlsOptions(core_, std::max(settings.ssl_index - 1, 0), settings.ssl_ca, settings.ssl_certificate);
  return endpoint.tls ? std::optional(endpoint) : std::nullopt;
}

Reply MqttEngine::connect() {
  if (phase_ != Phase::Idle || core_.settings.mqtt.host == "0.0.0.0" || !core_.radio.dataPossible() ||
      !core_.config.behaviour.data_left) {
    return Reply::failed();
  }
  const MqttSettings& settings = core_.settings.mqtt;
  if (settings.will_topic.empty() && !settings.will_message.empty() &&
      core_.config.behaviour.topicless_will == TopiclessWill::Refused) {
    return Reply::failed();
  }
  const Timing& timing = core_.config.timing;
  phase_ = Phase::Waiting;
  core_.events.after(usesTls() ? timing.mqtt_connect_tls : timing.mqtt_connect_plain, Owner::Firmware, [this] {
    if (phase_ != Phase::Waiting) return;
    const auto target = endpoint();
    if (!target) return fail(Loss::Close);
    phase_ = Phase::Opening;
    link_ = core_.data.open(*target, *this);
  });
  Reply reply = begin(Request::Connect, 0, {}, Duration{0});
  if (core_.settings.mqtt.async_mode == 0) return reply;
  request_ = Request::None;  // how a connection in the background reports its end is documented nowhere
  return Reply::ok();
}

Reply MqttEngine::begin(Request request, std::uint16_t packet_id, std::string topic, Duration at_least) {
  const Timing& timing = core_.config.timing;
  request_ = request;
  request_id_ = packet_id;
  request_topic_ = std::move(topic);
  answer_not_before_ = core_.events.now() + at_least;
  request_timer_ = core_.events.after(
      request == Request::Connect ? timing.mqtt_connect_timeout : timing.mqtt_request_timeout, Owner::Firmware, [this] {
        if (!up()) return fail(Loss::Close);
        answer(false);
      });
  pump();
  return Reply::later();
}

void MqttEngine::answer(bool success) {
  core_.events.cancel(request_timer_);
  if (std::exchange(request_, Request::None) == Request::None) return;
  core_.at.finish(success ? Reply::ok() : Reply::failed(), answer_not_before_ - core_.events.now());
}

// What the host has set, with what a command for Alibaba Cloud makes of it. The random text is the IMEI, so that the
// same seed brings the same bytes.
MqttSettings MqttEngine::login() const {
  MqttSettings settings = core_.settings.mqtt;
  switch (core_.settings.alibaba_login) {
    case AlibabaLogin::None:
      break;
    case AlibabaLogin::DeviceSecret:
      loginWithDeviceSecret(settings, core_.settings.alibaba_device, usesTls());
      break;
    case AlibabaLogin::Registration:
      loginToRegister(settings, core_.settings.alibaba_product, core_.config.imei);
      break;
  }
  return settings;
}

void MqttEngine::opened() {
  phase_ = Phase::Handshake;
  mqtt::SessionConfig config;
  config.auto_acknowledge = false;
  config.connect_timeout = core_.config.timing.mqtt_connect_timeout;
  session_.emplace(config, memory_.view());
  const MqttSettings settings = login();
  if (!session_->connect(connectOptions(settings), core_.events.now())) return fail(Loss::Close);
  pump();
}

void MqttEngine::openFailed(OpenError) {
  link_ = 0;
  fail(Loss::Close);
}

void MqttEngine::received(std::string bytes) {
  core_.sleep.touch();
  mqtt::Bytes rest = mqtt::asBytes(bytes);
  while (session_ && session_->active() && !rest.empty()) {
    const std::size_t taken = session_->receive(rest, core_.events.now());
    rest = rest.subspan(taken);
    pump();
    if (taken == 0) break;
  }
}

void MqttEngine::closed() { lose(Loss::Close); }

void MqttEngine::sendOutput() {
  const mqtt::Bytes output = session_->output();
  if (output.empty()) return;
  core_.data.send(link_, mqtt::asText(output));
  session_->consumed(output.size());
}

void MqttEngine::pump() {
  if (!session_) return;
  sendOutput();
  while (session_) {
    const auto event = session_->poll();
    if (event) std::visit([this](const auto& value) { handle(value); }, *event);
    if (session_) sendOutput();  // also without an event: the session answers packets of QoS 2 by itself
    if (!event) break;
  }
  core_.events.cancel(tick_timer_);
  if (!session_ || session_->nextDeadline() == kNever) return;
  if (up() && !core_.config.behaviour.keeptime_pings) return;
  tick_timer_ = core_.events.after(session_->nextDeadline() - core_.events.now(), Owner::Firmware, [this] {
    session_->tick(core_.events.now());
    pump();
  });
}

void MqttEngine::handle(const mqtt::Connected& event) {
  phase_ = Phase::Up;
  session_present_ = event.session_present;
  if (!session_present_) topics_.clear();
  answer(true);
}

void MqttEngine::handle(const mqtt::Message& event) {
  const Behaviour& behaviour = core_.config.behaviour;
  if (event.qos != mqtt::Qos::AtMostOnce) {
    held_acks_.push_back(event.token);
    if (behaviour.inbound_puback == InboundPuback::AtOnce || !core_.sleep.hostAway()) acknowledgeHeld();
  }
  if (event.qos == mqtt::Qos::ExactlyOnce && behaviour.inbound_qos2 == Inbound::Dropped) return;
  if (event.topic.size() > kTopicMax && behaviour.inbound_long_topic == Inbound::Dropped) return;
  show(event.topic, mqtt::asText(event.payload));
}

void MqttEngine::show(std::string_view topic, std::string_view payload) {
  const Behaviour& behaviour = core_.config.behaviour;
  if (payload.size() > behaviour.inbound_max) {
    if (behaviour.oversize == Oversize::Drop) return;
    payload = payload.substr(0, behaviour.inbound_max);
  }
  const std::string shown =
      core_.settings.mqtt.sub_hex == 1 ? hexDigits(payload, behaviour.sub_hex_case) : std::string(payload);
  core_.urc(UrcKind::Message, "+SMSUB: \"" + std::string(topic) + "\",\"" + shown + "\"");
}

void MqttEngine::handle(const mqtt::Published& event) {
  if (request_ == Request::Publish && event.packet_id == request_id_) answer(!mqtt::isError(event.reason));
}

void MqttEngine::handle(const mqtt::Subscribed& event) {
  if (request_ != Request::Subscribe || event.packet_id != request_id_) return;
  const bool granted = event.reasons.size() == 1 && !mqtt::isError(event.reasons[0]);
  if (granted) topics_.insert(request_topic_);
  answer(granted);
}

void MqttEngine::handle(const mqtt::Unsubscribed& event) {
  if (request_ != Request::Unsubscribe || event.packet_id != request_id_) return;
  topics_.erase(request_topic_);
  answer(true);
}

void MqttEngine::handle(const mqtt::Disconnected&) {
  sendOutput();
  fail(Loss::Silence);
}

void MqttEngine::acknowledgeHeld() {
  for (const mqtt::AckToken token : std::exchange(held_acks_, {})) session_->acknowledge(token);
}

void MqttEngine::hostPresent() {
  if (!session_) return;
  acknowledgeHeld();
  pump();
}

void MqttEngine::dropLink() {
  if (link_ != 0) core_.data.close(std::exchange(link_, 0));
  for (const EventQueue::Id timer : {tick_timer_, loss_timer_}) core_.events.cancel(timer);
  held_acks_.clear();
  session_.reset();
  phase_ = Phase::Idle;
}

bool MqttEngine::announced(Loss loss) const {
  const Behaviour& behaviour = core_.config.behaviour;
  switch (loss) {
    case Loss::Close:
      return behaviour.smstate_urc_on_close;
    case Loss::Context:
      return behaviour.smstate_urc_on_pdp_loss;
    case Loss::Silence:
      return behaviour.smstate_urc_on_silence;
  }
  return false;
}

void MqttEngine::lose(Loss loss) {
  const Duration delay = core_.config.timing.smstate_delay;
  if (!up() || delay == Duration{0}) return fail(loss);
  core_.events.cancel(loss_timer_);
  loss_timer_ = core_.events.after(delay, Owner::Firmware, [this, loss] { fail(loss); });
}

void MqttEngine::fail(Loss loss) {
  const bool was_up = up();
  const Request request = request_;
  dropLink();
  if (was_up && announced(loss)) core_.urc(UrcKind::Other, "+SMSTATE: 0");
  // The broker dropping the link inside a publish ends in OK (capture in botletics/SIM7000-LTE-Shield).
  answer(request == Request::Publish && loss != Loss::Context && core_.config.behaviour.publish_ok_on_drop);
}

void MqttEngine::bearerClosed() {
  if (phase_ != Phase::Idle) lose(Loss::Context);
}

void MqttEngine::bearerLost() {
  link_ = 0;
  bearerClosed();
}

void MqttEngine::reset() {
  link_ = 0;
  dropLink();
  request_ = Request::None;
  session_present_ = false;
  topics_.clear();
}

Reply MqttEngine::disconnect() {
  if (!up()) return Reply::failed();
  if (session_->disconnect(mqtt::ReasonCode::Success, core_.events.now())) sendOutput();
  dropLink();
  core_.events.after(core_.config.timing.mqtt_disconnect, Owner::Firmware, [this] { core_.at.finish(Reply::ok()); });
  return Reply::later();
}

Reply MqttEngine::subscribe(const std::string& topic, int qos) {
  const bool duplicate =
      topics_.contains(topic) && core_.config.behaviour.duplicate_subscribe == DuplicateSubscribe::Error;
  if (!up() || duplicate) return Reply::failed();
  mqtt::Subscription subscription;
  subscription.filter = topic;
  subscription.qos = static_cast<mqtt::Qos>(qos);
  const auto id = session_->subscribe(std::span(&subscription, 1));
  if (!id) return Reply::failed();
  return begin(Request::Subscribe, *id, topic, core_.config.timing.mqtt_subscribe);
}

Reply MqttEngine::unsubscribe(const std::string& topic) {
  const bool accepts = core_.config.behaviour.unknown_unsubscribe == UnknownUnsubscribe::Accept;
  if (!up() || (!topics_.contains(topic) && !accepts)) return Reply::failed();
  const std::string_view filter = topic;
  const auto id = session_->unsubscribe(std::span(&filter, 1));
  if (!id) return Reply::failed();
  return begin(Request::Unsubscribe, *id, topic, core_.config.timing.mqtt_subscribe);
}

Reply MqttEngine::publish(const std::string& topic, std::string_view payload, int qos, bool retain) {
  if (!up()) return Reply::failed();
  mqtt::PublishOptions options;
  options.qos = static_cast<mqtt::Qos>(qos);
  options.retain = retain;
  const auto id = session_->publish(topic, mqtt::asBytes(payload), options);
  if (!id) return Reply::failed();
  if (options.qos != mqtt::Qos::AtMostOnce && core_.config.behaviour.publish_ok == PublishOk::AfterPuback) {
    return begin(Request::Publish, *id, topic, core_.config.timing.mqtt_publish);
  }
  pump();
  return Reply::ok();
}

}  // namespace smartkar::modem_sim
