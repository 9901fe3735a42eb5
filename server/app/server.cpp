#include "server/app/server.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <csignal>
#include <utility>

#include "server/app/legacy_leave.hpp"
#include "server/http/json_text.hpp"
#include "server/store/open_store.hpp"
#include "web/assets.hpp"

namespace smartkar::server {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

// How long running requests, the last commit and the goodbye to the broker may take.
constexpr std::chrono::seconds kShutDown{3};
// The Fleet looks at the clock at least this often: the wall clock may have been set.
constexpr Duration kTickMax = 10s;
// What is for a car leaves only if it was decided this lately: it tells the time, which must not be wrong by more than
// 2 s (P2). What does not leave is sent again in time, as if it had been lost.
constexpr Duration kFresh = 1s;
// Cars without registration that are remembered so that each is logged once.
constexpr std::size_t kUnregisteredMax = 1000;

Instant monotonicNow() { return Instant{std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch())}; }

UnixTime wallNow() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

Policy policyOf(const Config& config) { return config.sms ? config.sms->appliedTo({}) : Policy{}; }

// Ids of live notifications go on rising over restarts.
std::uint64_t firstNotificationId() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
}

}  // namespace

Result<std::unique_ptr<Server>, std::string> Server::create(const Config& config, LogSink& sink, Reload reload) {
  std::unique_ptr<Server> server(new Server(config, sink, std::move(reload)));
  if (auto failure = server->loadStore()) return Failure{*std::move(failure)};
  if (auto failure = server->openPorts()) return Failure{*std::move(failure)};
  return server;
}

Server::Server(const Config& config, LogSink& sink, Reload reload)
    : config_(config),
      reload_(std::move(reload)),
      sink_(sink),
      log_(sink, "server"),
      devices_(config.devices),
      fleet_(policyOf(config)),
      broadcast_(firstNotificationId()),
      api_(*this,
           {.admin_token = config.http.token,
            .origins = config.http.cors_origins,
            .requests_per_second = config.http.requests_per_second},
           Site(web::assets())),
      sms_(io_),
      timer_(io_),
      signals_(io_),
      hangup_(io_, SIGHUP) {}

// The writer goes first: its last callbacks are posted to the io_context, and dropped with it.
Server::~Server() { writer_.reset(); }

std::optional<std::string> Server::loadStore() {
  auto lock = StoreLock::take(config_.store);
  if (!lock) return lock.error().message;
  lock_ = std::move(*lock);
  const auto executor = [this](std::function<void()> task) { asio::post(io_, std::move(task)); };
  StoreWriter::Options options;
  options.durability = config_.durability;
  options.stalled = [this](const StoreResult<void>& result) { onStalled(result); };
  options.retention = [history = config_.history] { return history.retentionAt(wallNow()); };
  options.maintained = [this](const StoreResult<void>& result) { onMaintained(result); };
  auto writer = StoreWriter::start(config_.store, executor, std::move(options));
  if (!writer) return writer.error().message;
  writer_ = std::move(*writer);
  auto reader = openStore(config_.store);
  if (!reader) return reader.error().message;
  reader_ = std::move(*reader);
  auto snapshot = reader_->load(wallNow() - std::chrono::floor<std::chrono::seconds>(Policy{}.remember_final));
  if (!snapshot) return snapshot.error().message;
  log_.info("store %s: %zu cars, %zu commands loaded", describeStore(config_.store).c_str(), snapshot->devices.size(),
            snapshot->commands.size());
  for (const DeviceRecord& device : snapshot->devices) metrics_.changed(device);
  fleet_.load(std::move(*snapshot));
  return std::nullopt;
}

std::optional<std::string> Server::addBroker(const Config::Broker& broker) {
  std::shared_ptr<asio::ssl::context> tls;
  if (broker.tls) {
    auto made = makeTlsContext(*broker.tls);
    if (!made) return made.error();
    tls = *made;
  }
  const BrokerLink::Settings settings{.broker = {.host = broker.host, .port = broker.port, .tls = std::move(tls)},
                                      .client_id = config_.mqtt.client_id,
                                      .topic_prefix = config_.mqtt.topic_prefix,
                                      .number = brokers_.size()};
  BrokerLinkListener& listener = *this;
  brokers_.push_back(std::make_unique<BrokerLink>(io_, settings, listener, sink_));
  return std::nullopt;
}

std::optional<std::string> Server::openPorts() {
  if (auto failure = addBroker(config_.mqtt.first)) return failure;
  if (config_.mqtt.second) {
    if (auto failure = addBroker(*config_.mqtt.second)) return failure;
  }
  auto http =
      HttpServer::listen(io_, {.address = config_.http.address, .port = config_.http.port}, api_, broadcast_, sink_);
  if (!http) return http.error();
  http_ = std::move(*http);
  const Gateway::Settings gateway{
      .tls = config_.tcp.listen, .files = config_.tcp.files, .legacy = config_.tcp.legacy, .limits = {}};
  GatewayListener& gateway_listener = *this;
  auto opened = Gateway::listen(io_, gateway, gateway_listener, sink_);
  if (!opened) return opened.error();
  gateway_ = std::move(*opened);
  return std::nullopt;
}

int Server::run() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) io_.stop();
  });
  if (config_.tcp.listen) log_.info("cars may connect with TLS to port %u", unsigned{gateway_->tlsPort()});
  if (config_.tcp.legacy) log_.info("old firmware may connect to port %u", unsigned{gateway_->legacyPort()});
  if (!asio::ip::make_address(config_.http.address).is_loopback()) {
    log_.warning("HTTP has no TLS: put a proxy with TLS in front of %s", config_.http.address.c_str());
  }
  awaitHangup();
  for (const auto& broker : brokers_) broker->start();
  armTimer();
  const bool v6 = config_.http.address.find(':') != std::string::npos;
  log_.info(v6 ? "listening on http://[%s]:%u" : "listening on http://%s:%u", config_.http.address.c_str(),
            unsigned{http_->port()});
  io_.run();
  shutDown();
  return exit_code_;
}

void Server::awaitHangup() {
  hangup_.async_wait([this](const boost::system::error_code& error, int) {
    if (error || stopping_) return;
    if (const auto config = reload_()) take(*config);
    awaitHangup();
  });
}

void Server::take(const Config& config) {
  config_.sms = config.sms;
  fleet_.setPolicy(policyOf(config));
  config_.http.token = config.http.token;
  api_.setAdminToken(config.http.token);
  log_.info("configuration read again: [log], [sms] and the token file are in force");
  const bool rest_changed = config.mqtt != config_.mqtt || config.http != config_.http || config.tcp != config_.tcp ||
                            config.store != config_.store || config.durability != config_.durability ||
                            config.devices != config_.devices || config.history != config_.history;
  if (rest_changed) log_.warning("other changes take a restart");
}

void Server::shutDown() {
  stopping_ = true;
  signals_.cancel();
  hangup_.cancel();
  timer_.cancel();
  http_->stop();
  gateway_->stop();
  io_.restart();
  if (exit_code_ == 0) {
    log_.info("stopping");
    // Acknowledgements follow the last commit, and the goodbye follows them.
    writer_->submit({}, [this, busy = asio::make_work_guard(io_)](const StoreResult<void>&) {
      for (const auto& broker : brokers_) broker->stop();
    });
    writer_->flush();
    io_.run_for(kShutDown);
  }
  log_.info("stopped");
}

void Server::feed(const Event& event, Stored stored) {
  Actions actions = fleet_.on(event, monotonicNow(), wallNow());
  if (!stopping_) armTimer();
  if (actions.mutations.empty() && actions.effects.empty() && !stored) return;
  writer_->submit(std::move(actions.mutations), [this, effects = std::move(actions.effects), decided = monotonicNow(),
                                                 stored = std::move(stored)](const StoreResult<void>& result) {
    metrics_.stored(monotonicNow() - decided);
    onStored(result, effects, decided, stored);
  });
}

void Server::onStored(const StoreResult<void>& result, const std::vector<Effect>& effects, Instant decided,
                      const Stored& stored) {
  if (exit_code_ != 0) return;
  if (!result) {
    log_.error("cannot store: %s; ending, a restart goes on from what is stored", result.error().message.c_str());
    exit_code_ = 1;
    io_.stop();
    return;
  }
  const bool too_late = monotonicNow() - decided > kFresh;
  for (const Effect& effect : effects) {
    if (too_late && std::holds_alternative<PublishCommand>(effect)) continue;
    std::visit([this](const auto& what) { perform(what); }, effect);
  }
  if (stored) stored();
}

void Server::onStalled(const StoreResult<void>& result) {
  stalled_ = !result;
  if (result) {
    log_.info("the store can be written again");
  } else {
    log_.error("cannot store at the moment: %s; nothing is acknowledged or accepted until it works again",
               result.error().message.c_str());
  }
}

void Server::onMaintained(const StoreResult<void>& result) {
  if (result) return log_.info("the store can be maintained again");
  log_.warning("cannot maintain the store: %s; nothing is lost, but it grows until it works again",
               result.error().message.c_str());
}

void Server::armTimer() {
  const Instant due = std::min(fleet_.nextDeadline(), monotonicNow() + kTickMax);
  // Most events move the deadline away: then the timer may fire early and look again.
  if (due >= timer_due_) return;
  timer_due_ = due;
  timer_.expires_at(Clock::time_point(due.time_since_epoch()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopping_) onTimer();
  });
}

void Server::onTimer() {
  timer_due_ = kNever;
  // What time brings can wait for the store; it must not pile up.
  if (stalled_) return armTimer();
  feed(TimePassed{});
  writer_->flush();
}

// By the connection it is meant for, if that is still there.
bool Server::publishByBroker(const PublishCommand& effect) {
  return std::any_of(brokers_.begin(), brokers_.end(), [&](const auto& broker) { return broker->publish(effect); });
}

bool Server::brokerUp() {
  return std::any_of(brokers_.begin(), brokers_.end(), [](const auto& broker) { return broker->up(); });
}

void Server::perform(const PublishCommand& effect) {
  const bool published = effect.tcp == 0 ? publishByBroker(effect) : gateway_->send(effect);
  metrics_.published(effect.kind, published);
  const char* const result = published ? "published" : "not published";
  switch (effect.kind) {
    case PublishKind::Ring:
      return log_.info("%s: ring %s", effect.ccid.c_str(), result);
    case PublishKind::Sync:
      return log_.debug("%s: sync %s", effect.ccid.c_str(), result);
    case PublishKind::Command:
      return log_.info("%s: command %u %s", effect.ccid.c_str(), effect.id, result);
    case PublishKind::Cancel:
      return log_.info("%s: cancel of %u %s", effect.ccid.c_str(), effect.id, result);
  }
}

void Server::perform(const SendLegacy& effect) {
  if (gateway_->send(effect)) return log_.info("%s: command %u sent to old firmware", effect.ccid.c_str(), effect.id);
  log_.warning("%s: command %u not sent: its session has ended", effect.ccid.c_str(), effect.id);
}

// The text does not matter: any message wakes the car's modem.
void Server::perform(const SendSms& effect) {
  const auto tell = [this, ccid = effect.ccid](const std::string& failure) {
    log_.info("%s: text message %s", ccid.c_str(), failure.empty() ? "sent" : ("not sent: " + failure).c_str());
    feed(SmsResult{ccid, failure});
    writer_->flush();
  };
  if (!config_.sms) return tell("[sms] was taken out of the configuration");
  const TextMessage message{.ccid = effect.ccid, .number = devices_.number(effect.ccid), .text = "SmartKar"};
  sms_.send(config_.sms->request, message, tell);
}

void Server::perform(const CommandChanged& effect) {
  const CommandRecord& command = effect.command;
  const std::string state(stateName(command.state));
  log_.info("%s: command %u %s is %s%s%s%s%s", command.ccid.c_str(), command.id, command.action.c_str(), state.c_str(),
            command.unconfirmed ? " (unconfirmed)" : "", command.stage.empty() ? "" : ", ", command.stage.c_str(),
            command.error.empty() ? "" : (", " + command.error).c_str());
  metrics_.changed(command);
  broadcast_.publish("command", command.ccid, commandJson(command));
}

void Server::perform(const DeviceChanged& effect) {
  const std::string presence(presenceName(effect.device.presence));
  log_.info("%s: %s", effect.device.ccid.c_str(), presence.c_str());
  metrics_.changed(effect.device);
  broadcast_.publish("presence", effect.device.ccid, deviceJson(effect.device));
}

void Server::perform(const StateChanged& effect) {
  broadcast_.publish("state", effect.ccid, carStateJson(effect.ccid, effect.fields));
}

void Server::perform(const EventHappened& effect) {
  log_.info("%s: event %s.%s", effect.event.ccid.c_str(), effect.event.domain.c_str(), effect.event.name.c_str());
  broadcast_.publish("event", effect.event.ccid, eventJson(effect.event));
}

void Server::perform(const Remark& effect) { log_.info("%s: %s", effect.ccid.c_str(), effect.text.c_str()); }

UnixTime Server::wall() { return wallNow(); }

std::string Server::metrics() {
  const auto up = std::count_if(brokers_.begin(), brokers_.end(), [](const auto& broker) { return broker->up(); });
  metrics_.setBrokersUp(static_cast<std::size_t>(up));
  metrics_.setViewers(broadcast_.viewers());
  return metrics_.text();
}

template <class Answer, class Effect>
void Server::answer(Waiting<Answer>& waiting, const Effect& effect) {
  if (const auto asked = waiting.extract(effect.token)) asked.mapped()(effect);
}

template <class Request, class Answer>
void Server::ask(Request request, Answer answer, Waiting<Answer>& waiting) {
  request.token = ++last_token_;
  waiting.emplace(request.token, std::move(answer));
  feed(request);
  writer_->flush();
}

void Server::request(CommandRequested request, CommandAnswer answer) {
  ask(std::move(request), std::move(answer), requests_);
}

void Server::cancel(CancelRequested request, CancelAnswer answer) {
  ask(std::move(request), std::move(answer), cancels_);
}

void Server::write(std::vector<Mutation> mutations, Stored stored) {
  writer_->submit(std::move(mutations), [this, stored = std::move(stored)](const StoreResult<void>& result) {
    onStored(result, {}, monotonicNow(), stored);
  });
  writer_->flush();
}

void Server::onBroker(const Event& event) {
  if (const auto* const dropped = std::get_if<MessagesDropped>(&event)) metrics_.dropped(dropped->count);
  feed(event);
  writer_->flush();
}

void Server::onMessage(MessageReceived message, Receipt receipt) {
  if (!devices_.contains(message.ccid)) {
    ignoreUnregistered(message.ccid);
    BrokerLink::acknowledge(receipt);
    return;
  }
  metrics_.received(message.channel);
  feed(std::move(message), [receipt] { BrokerLink::acknowledge(receipt); });
}

void Server::onGateway(const Event& event) {
  feed(event);
  writer_->flush();
}

void Server::onGatewayMessage(MessageReceived message, std::function<void()> stored) {
  feed(std::move(message), std::move(stored));
}

std::optional<std::string> Server::refusal(std::string_view ccid) {
  if (devices_.contains(ccid)) return std::nullopt;
  return "not registered";
}

std::optional<std::string> Server::legacyRefusal(std::string_view ccid) {
  if (auto why = refusal(ccid)) return why;
  const auto until = legacyUntil(config_.devices / ccid);
  if (!until) return "not allowed";
  if (std::chrono::floor<std::chrono::days>(wallNow()) > *until) return "not allowed any more";
  // Whoever knows a CCID could take the place of a car that has a certificate.
  const DeviceRecord* const known = fleet_.device(ccid);
  if (known != nullptr && known->journal) return "the car has newer firmware";
  return std::nullopt;
}

void Server::ignoreUnregistered(const std::string& ccid) {
  if (unregistered_.size() >= kUnregisteredMax || !unregistered_.insert(ccid).second) return;
  log_.warning("%s is not registered: its messages are ignored", ccid.c_str());
}

}  // namespace smartkar::server
