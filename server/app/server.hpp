#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/app/config.hpp"
#include "server/app/device_directory.hpp"
#include "server/core/fleet.hpp"
#include "server/http/api.hpp"
#include "server/http/backend.hpp"
#include "server/http/broadcast.hpp"
#include "server/http/http_server.hpp"
#include "server/metrics/metrics.hpp"
#include "server/mqtt/broker_link.hpp"
#include "server/store/store.hpp"
#include "server/store/store_lock.hpp"
#include "server/store/store_writer.hpp"
#include "server/tcp/gateway.hpp"
#include "server/wake/sms_provider.hpp"

namespace smartkar::server {

// The whole server: what comes in goes through the Fleet to the store, and what the Fleet wants done is done once it is
// stored. Everything but writing the store runs in the thread that calls run().
class Server final : private Backend, private BrokerLinkListener, private GatewayListener {
 public:
  // Reads the configuration again; nothing: it cannot be used, and why is in the log.
  using Reload = std::function<std::optional<Config>()>;

  // Opens the store and the HTTP port. sink: outlives this. reload: called at SIGHUP. Fails with a sentence for people.
  static Result<std::unique_ptr<Server>, std::string> create(const Config& config, LogSink& sink, Reload reload);
  ~Server() override;

  // Serves until SIGTERM or SIGINT, then finishes what is under way. Returns the exit code: 0, or 1 if the store
  // failed and only a restart can help.
  int run();

 private:
  using Stored = std::function<void()>;
  // Clients that wait for an answer, by token.
  template <class Answer>
  using Waiting = std::map<std::uint64_t, Answer>;

  Server(const Config& config, LogSink& sink, Reload reload);
  std::optional<std::string> loadStore();
  std::optional<std::string> addBroker(const Config::Broker& broker);
  std::optional<std::string> openPorts();
  void awaitHangup();
  void take(const Config& config);
  void shutDown();

  void feed(const Event& event, Stored stored = {});
  void onStored(const StoreResult<void>& result, const std::vector<Effect>& effects, Instant decided,
                const Stored& stored);
  void onStalled(const StoreResult<void>& result);
  void onMaintained(const StoreResult<void>& result);
  void armTimer();
  void onTimer();

  bool publishByBroker(const PublishCommand& effect);
  void perform(const PublishCommand& effect);
  void perform(const CloseTcp& effect) { gateway_->close(effect.ccid); }
  void perform(const SendLegacy& effect);
  void perform(const SendSms& effect);
  void perform(const CommandAccepted& effect) { answer(requests_, effect); }
  void perform(const CommandRefused& effect) { answer(requests_, effect); }
  void perform(const CancelAccepted& effect) { answer(cancels_, effect); }
  void perform(const CancelRefused& effect) { answer(cancels_, effect); }
  void perform(const CommandChanged& effect);
  void perform(const DeviceChanged& effect);
  void perform(const StateChanged& effect);
  void perform(const EventHappened& effect);
  void perform(const TelemetryNoted& effect) { metrics_.noted(effect); }
  void perform(const Remark& effect);
  template <class Request, class Answer>
  void ask(Request request, Answer answer, Waiting<Answer>& waiting);
  template <class Answer, class Effect>
  static void answer(Waiting<Answer>& waiting, const Effect& effect);

  Store& store() override { return *reader_; }
  bool writable() override { return !stalled_; }
  UnixTime wall() override;
  bool isRegistered(std::string_view ccid) override { return devices_.contains(ccid); }
  const std::vector<std::string>& registered() override { return devices_.list(); }
  bool brokerUp() override;
  std::string metrics() override;
  void served(std::string_view endpoint, int status, Duration took) override {
    metrics_.served(endpoint, status, took);
  }
  void request(CommandRequested request, CommandAnswer answer) override;
  void cancel(CancelRequested request, CancelAnswer answer) override;
  void write(std::vector<Mutation> mutations, Stored stored) override;

  void onBroker(const Event& event) override;
  void onMessage(MessageReceived message, Receipt receipt) override;
  void onIdle() override { writer_->flush(); }
  void onGateway(const Event& event) override;
  void onGatewayMessage(MessageReceived message, std::function<void()> stored) override;
  std::optional<std::string> refusal(std::string_view ccid) override;
  std::optional<std::string> legacyRefusal(std::string_view ccid) override;
  void ignoreUnregistered(const std::string& ccid);

  boost::asio::io_context io_;
  Config config_;  // in force
  const Reload reload_;
  LogSink& sink_;
  const Log log_;
  DeviceDirectory devices_;
  Fleet fleet_;
  std::unique_ptr<Store> reader_;
  std::optional<StoreLock> lock_;
  std::unique_ptr<StoreWriter> writer_;
  Broadcast broadcast_;
  Metrics metrics_;
  Api api_;
  std::unique_ptr<HttpServer> http_;
  std::vector<std::unique_ptr<BrokerLink>> brokers_;  // the first and, if there is one, the second
  std::unique_ptr<Gateway> gateway_;
  SmsProvider sms_;
  boost::asio::steady_timer timer_;
  Instant timer_due_ = kNever;  // when timer_ fires; kNever: it is not armed
  boost::asio::signal_set signals_;
  boost::asio::signal_set hangup_;

  Waiting<CommandAnswer> requests_;
  Waiting<CancelAnswer> cancels_;
  std::uint64_t last_token_ = 0;
  std::set<std::string> unregistered_;  // cars whose messages were ignored
  bool stalled_ = false;                // nothing can be stored at the moment
  bool stopping_ = false;
  int exit_code_ = 0;
};

}  // namespace smartkar::server
