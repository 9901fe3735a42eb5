#include "server/mqtt/broker_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <random>
#include <utility>
#include <variant>

namespace smartkar::server {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

// How long a closing connection may take to send its DISCONNECT.
constexpr Duration kGoodbye = 1s;
// A connection that lasted this long was a success; shorter ones (two servers with one client id throw each other out)
// count as failed attempts.
constexpr Duration kLasting = 10s;

Instant monotonicNow() { return Instant{std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch())}; }

int length(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

BrokerSession::BrokerSession(asio::io_context& io, BrokerSessionSettings settings, BrokerSessionListener& listener,
                             LogSink& sink)
    : io_(io),
      settings_(std::move(settings)),
      listener_(listener),
      log_(sink, settings_.client_id),
      memory_(kReceiveBytes + kTransmitBytes + kUnacknowledgedBytes),
      inbound_(settings_.receive_maximum),
      session_({.version = mqtt::Version::V5, .ping_timeout = settings_.ping_timeout},
               {.receive = std::span(memory_).first(kReceiveBytes),
                .transmit = std::span(memory_).subspan(kReceiveBytes, kTransmitBytes),
                .unacknowledged = std::span(memory_).last(kUnacknowledgedBytes),
                .inbound = inbound_}),
      backoff_(settings_.reconnect, std::random_device{}()),
      timer_(io),
      pause_(io),
      room_(io, asio::steady_timer::time_point::max()) {}

void BrokerSession::start() {
  asio::co_spawn(io_, run(), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
}

void BrokerSession::stop() {
  stopping_ = true;
  pause_.cancel();
  if (session_.disconnect(mqtt::ReasonCode::Success, monotonicNow())) {
    handleEvents();
  } else {
    closeTransport();
  }
}

bool BrokerSession::acknowledge(mqtt::AckToken token) {
  const bool accepted = session_.acknowledge(token);
  writeOutput();
  goOnSoon();
  return accepted;
}

Result<void, mqtt::SessionError> BrokerSession::publish(std::string_view topic, std::string_view payload,
                                                        std::uint32_t expiry_s) {
  if (!session_.connected()) return Failure{mqtt::SessionError::NotConnected};
  SK_TRY(session_.publish(topic, mqtt::asBytes(payload),
                          {.qos = mqtt::Qos::AtLeastOnce, .retain = false, .message_expiry = expiry_s}));
  writeOutput();
  return {};
}

asio::awaitable<void> BrokerSession::run() {
  while (!stopping_) {
    const Instant began = monotonicNow();
    const bool opened = co_await open();
    if (opened) co_await serve();
    closeTransport();
    if (monotonicNow() - began >= kLasting) backoff_.reset();
    if (!stopping_) co_await wait(backoff_.next());
  }
}

asio::awaitable<void> BrokerSession::wait(Duration duration) {
  boost::system::error_code cancelled;
  pause_.expires_after(duration);
  co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<bool> BrokerSession::open() {
  transport_ = std::make_shared<Transport>(io_, settings_.broker.tls.get());
  writing_ = false;
  timer_.expires_after(settings_.connect_timeout);
  timer_.async_wait([transport = transport_](const boost::system::error_code& error) {
    if (!error) transport->close();
  });
  const auto failure = co_await transport_->open(settings_.broker.host, settings_.broker.port);
  timer_.cancel();
  if (!failure) co_return !stopping_;
  if (!failure_logged_ && !stopping_) {
    log_.warning("no broker: %s; trying again", failure->c_str());
    failure_logged_ = true;
  }
  co_return false;
}

asio::awaitable<void> BrokerSession::serve() {
  const auto begun = session_.connect({.client_id = settings_.client_id,
                                       .keep_alive = settings_.keep_alive,
                                       .clean_start = false,
                                       .session_expiry = settings_.session_expiry,
                                       .will = {},
                                       .user_name = {},
                                       .password = {}},
                                      monotonicNow());
  SK_ASSERT(begun.ok());  // refused only for values that settings cannot have
  handleEvents();
  // Also after the last packet of a session that has ended: closing now could overtake our DISCONNECT. The broker
  // answers it by closing, or the timer ends the wait.
  std::size_t count = 1;
  while (count != 0) {
    count = co_await transport_->read(read_buffer_);
    read_ = std::span(read_buffer_).first(count);
    takeRead();
    while (!read_.empty() && session_.active()) co_await waitForRoom();
  }
  session_.transportClosed(monotonicNow());
  handleEvents();
}

// Hands over all that the session takes: with its window full of messages that await their acknowledgement it takes
// no more than fits into its memory.
void BrokerSession::takeRead() {
  std::size_t taken = 1;
  while (taken != 0 && !read_.empty() && session_.active()) {
    taken = session_.receive(read_, monotonicNow());
    read_ = read_.subspan(taken);
    handleEvents();
  }
  listener_.onIdle();
}

asio::awaitable<void> BrokerSession::waitForRoom() {
  boost::system::error_code cancelled;
  co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

// After acknowledgements, which make room for what waits in the session and in read_. Not at once: they may be given
// from within the handling of a message, and come in groups.
void BrokerSession::goOnSoon() {
  if (std::exchange(going_on_, true)) return;
  asio::post(io_, [this] {
    going_on_ = false;
    handleEvents();
    takeRead();
    room_.cancel();
  });
}

// Everything that must follow a call into the session.
void BrokerSession::handleEvents() {
  while (const auto event = session_.poll()) {
    std::visit([this](const auto& what) { on(what); }, *event);
  }
  writeOutput();
  armTimer();
}

void BrokerSession::on(const mqtt::Connected& event) {
  const bool session_present = event.session_present;
  log_.info("connected to %s:%u, session %s", settings_.broker.host.c_str(), unsigned{settings_.broker.port},
            session_present ? "kept" : "new");
  failure_logged_ = false;
  up_ = true;
  subscribe();
  listener_.onUp(session_present);
}

// Also with a session that was kept: the last connection may have ended before the broker saw the subscriptions. Only
// new ones bring the retained messages.
void BrokerSession::subscribe() {
  std::vector<mqtt::Subscription> subscriptions;
  for (const auto& filter : settings_.filters) {
    subscriptions.push_back({.filter = filter,
                             .qos = mqtt::Qos::AtLeastOnce,
                             .retain_handling = mqtt::RetainHandling::SendIfNewSubscription});
  }
  for (const auto& filter : settings_.watched) {
    subscriptions.push_back({.filter = filter, .qos = mqtt::Qos::AtLeastOnce});
  }
  if (subscriptions.empty()) return;
  const auto asked = session_.subscribe(subscriptions);
  if (asked) return;
  const auto why = mqtt::name(asked.error());
  log_.error("cannot subscribe: %.*s", length(why), why.data());
  (void)session_.disconnect(mqtt::ReasonCode::Success, monotonicNow());
}

void BrokerSession::on(const mqtt::Subscribed& event) {
  for (std::size_t i = 0; i < event.reasons.size(); ++i) {
    if (!mqtt::isError(event.reasons[i])) continue;
    const auto why = mqtt::name(event.reasons[i]);
    if (i >= settings_.filters.size()) {
      log_.info("the broker does not tell %s: %.*s", settings_.watched[i - settings_.filters.size()].c_str(),
                length(why), why.data());
      continue;
    }
    log_.error("the broker refuses the subscription to %s: %.*s", settings_.filters[i].c_str(), length(why),
               why.data());
    (void)session_.disconnect(mqtt::ReasonCode::Success, monotonicNow());
    return;
  }
}

void BrokerSession::on(const mqtt::Message& event) {
  listener_.onMessage(event.topic, mqtt::asText(event.payload), event.retain, event.token);
}

void BrokerSession::on(const mqtt::Published& event) {
  const auto why = mqtt::name(event.reason);
  if (mqtt::isError(event.reason)) log_.warning("the broker refuses a message: %.*s", length(why), why.data());
  if (event.reason == mqtt::ReasonCode::NoMatchingSubscribers) log_.debug("published to nobody");
}

void BrokerSession::on(const mqtt::Disconnected& event) {
  const auto cause = mqtt::name(event.cause);
  const auto reason = mqtt::name(event.reason);
  if (stopping_) {
    log_.info("disconnected");
  } else if (!failure_logged_) {
    log_.warning("connection lost: %.*s, %.*s %s", length(cause), cause.data(), length(reason), reason.data(),
                 event.what);
    failure_logged_ = true;
  }
  (void)session_.discardUnacknowledged();
  if (std::exchange(up_, false)) listener_.onDown();
}

void BrokerSession::writeOutput() {
  if (writing_ || !transport_ || session_.output().empty()) return;
  const auto output = session_.output();
  std::vector<std::uint8_t> bytes(output.begin(), output.end());
  session_.consumed(bytes.size());
  writing_ = true;
  transport_->write(std::move(bytes), [this, transport = transport_.get()] {
    if (transport != transport_.get()) return;
    writing_ = false;
    writeOutput();
  });
}

void BrokerSession::armTimer() {
  const Instant due = session_.active() ? session_.nextDeadline() : monotonicNow() + kGoodbye;
  // Most packets move the deadline away: then the timer may fire early and look again.
  if (due >= timer_due_) return;
  timer_due_ = due;
  timer_.expires_at(Clock::time_point(due.time_since_epoch()));
  timer_.async_wait([this, transport = transport_](const boost::system::error_code& error) {
    if (!error && transport == transport_) onTimer();
  });
}

void BrokerSession::onTimer() {
  timer_due_ = kNever;
  if (!session_.active()) {
    closeTransport();
    return;
  }
  session_.tick(monotonicNow());
  handleEvents();
}

void BrokerSession::closeTransport() {
  timer_.cancel();
  timer_due_ = kNever;
  read_ = {};
  room_.cancel();
  if (transport_) transport_->close();
  session_.transportClosed(monotonicNow());
}

}  // namespace smartkar::server
