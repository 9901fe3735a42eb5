#include "server/tcp/gateway.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "server/tcp/new_car_session.hpp"
#include "server/tcp/old_car_session.hpp"

namespace smartkar::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// When no more connections can be accepted (file descriptors are used up), before the next attempt.
constexpr Duration kAcceptPause = 100ms;

}  // namespace

std::uint16_t Gateway::Door::port() const {
  boost::system::error_code ignored;
  return acceptor.local_endpoint(ignored).port();
}

Gateway::Gateway(asio::io_context& io, const Settings& settings, GatewayListener& listener, LogSink& sink)
    : io_(io), limits_(settings.limits), listener_(listener), sink_(sink), log_(sink, "tcp") {}

Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>, std::string> Gateway::listen(asio::io_context& io, const Settings& settings,
                                                              GatewayListener& listener, LogSink& sink) {
  std::unique_ptr<Gateway> gateway(new Gateway(io, settings, listener, sink));
  if (settings.tls) {
    auto entrance = TlsEntrance::open(settings.files, sink);
    if (!entrance) return Failure{entrance.error()};
    gateway->entrance_.emplace(*std::move(entrance));
    if (auto failure = gateway->open(gateway->tls_, *settings.tls)) return Failure{*std::move(failure)};
  }
  if (settings.legacy) {
    if (auto failure = gateway->open(gateway->legacy_, *settings.legacy)) return Failure{*std::move(failure)};
  }
  return gateway;
}

std::optional<std::string> Gateway::open(std::optional<Door>& door, const Endpoint& at) {
  boost::system::error_code error;
  const auto failed = [&] {
    return "cannot listen on " + at.address + " port " + std::to_string(at.port) + ": " + error.message();
  };
  const auto address = asio::ip::make_address(at.address, error);
  if (error) return failed();
  const tcp::endpoint endpoint(address, at.port);
  tcp::acceptor& acceptor = door.emplace(io_).acceptor;
  if (acceptor.open(endpoint.protocol(), error); error) return failed();
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (acceptor.bind(endpoint, error); error) return failed();
  if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) return failed();
  asio::co_spawn(io_, accept(*door), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  return std::nullopt;
}

asio::awaitable<void> Gateway::accept(Door& door) {
  while (!stopping_) {
    boost::system::error_code error;
    tcp::socket socket(io_);
    co_await door.acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) break;
    if (!error) {
      serve(door, std::move(socket));
      continue;
    }
    log_.warning("cannot accept a connection: %s", error.message().c_str());
    door.pause.expires_after(kAcceptPause);
    co_await door.pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void Gateway::serve(const Door& door, tcp::socket socket) {
  if (sessions_.size() >= limits_.connections) {
    log_.warning("connection refused: there are %zu already", sessions_.size());
    return;
  }
  const std::uint64_t number = ++last_number_;
  std::shared_ptr<CarSession> session;
  if (tls_ && &door == &*tls_) {
    auto connection = std::make_shared<LineConnection>(std::move(socket), entrance_->context());
    session = std::make_shared<NewCarSession>(*this, std::move(connection), number);
  } else {
    auto connection = std::make_shared<LineConnection>(std::move(socket), nullptr);
    session = std::make_shared<OldCarSession>(*this, std::move(connection), number);
  }
  sessions_.insert(session);
  asio::co_spawn(io_, session->run(), [this, session](const std::exception_ptr& thrown) {
    session->end(true);
    sessions_.erase(session);
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log_.error("connection dropped: %s", error.what());
    }
  });
}

void Gateway::enter(CarSession& session) {
  close(session.ccid());
  cars_[session.ccid()] = &session;
  log_.info("%s: connected from %s", session.ccid().c_str(), session.peer().c_str());
}

void Gateway::leave(CarSession& session) {
  const auto found = cars_.find(session.ccid());
  if (found == cars_.end() || found->second != &session) return;
  cars_.erase(found);
  log_.info("%s: connection ended", session.ccid().c_str());
}

CarSession* Gateway::find(const std::string& ccid) {
  const auto found = cars_.find(ccid);
  return found != cars_.end() ? found->second : nullptr;
}

bool Gateway::send(const PublishCommand& command) {
  CarSession* const session = find(command.ccid);
  return session != nullptr && session->number() == command.tcp && session->send(command.payload);
}

bool Gateway::send(const SendLegacy& command) {
  auto* const session = dynamic_cast<OldCarSession*>(find(command.ccid));
  return session != nullptr && session->sendCommand(command);
}

void Gateway::close(const std::string& ccid) {
  if (CarSession* const session = find(ccid)) session->end(true);
}

void Gateway::stop() {
  stopping_ = true;
  for (auto* const door : {&tls_, &legacy_}) {
    if (!*door) continue;
    boost::system::error_code ignored;
    (*door)->acceptor.close(ignored);
    (*door)->pause.cancel();
  }
  const auto sessions = sessions_;
  for (const auto& session : sessions) session->end(true);
}

}  // namespace smartkar::server
