#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "server/mqtt/broker_session.hpp"

namespace smartkar::bench {

// One client of a broker that acknowledges what it receives at once.
class MqttClient final : private server::BrokerSessionListener {
 public:
  using OnUp = std::function<void()>;
  using OnMessage = std::function<void(std::string_view topic, std::string_view payload)>;

  struct Settings {
    server::BrokerAddress broker;
    std::string client_id;
    std::string filter;    // what it subscribes to
    OnUp on_up = [] {};    // connected; the subscription is ahead of what is published from now on
    OnMessage on_message;  // views are valid during the call
  };

  MqttClient(boost::asio::io_context& io, Settings settings)
      : settings_(std::move(settings)),
        session_(io, {.broker = settings_.broker, .client_id = settings_.client_id, .filters = {settings_.filter}},
                 *this, log_) {
    session_.start();
  }

  // At QoS 1. False if it cannot be sent now.
  bool publish(std::string_view topic, std::string_view payload) {
    constexpr std::uint32_t kExpirySeconds = 60;
    return session_.publish(topic, payload, kExpirySeconds).ok();
  }
  void stop() { session_.stop(); }

 private:
  void onUp(bool /*session_present*/) override { settings_.on_up(); }
  void onDown() override {}
  void onMessage(std::string_view topic, std::string_view payload, bool /*retained*/, mqtt::AckToken token) override {
    session_.acknowledge(token);
    settings_.on_message(topic, payload);
  }
  void onIdle() override {}

  NullLogSink log_;
  Settings settings_;
  server::BrokerSession session_;
};

}  // namespace smartkar::bench
