#pragma once

#include <cstdint>
#include <string_view>

#include "base/scheduler.hpp"
#include "device/link/mqtt_engine.hpp"
#include "device/link/saved_session.hpp"

namespace smartkar::device {

// What the modem says of its MQTT connection.
enum class SessionClaim : std::uint8_t {
  Unknown,        // it did not say, or not readably
  Down,           //
  Up,             // connected, the session began with this connection
  UpWithSession,  // connected, the broker kept the session and with it the subscriptions
};

// MQTT through the modem's own client (AT+SM…): QoS 1, persistent session, payloads received as hex digits.
class NativeEngine : public MqttEngine, private UrcHandler {
 public:
  // scheduler and saved must outlive the object. saved: what suspend() of the previous run left, read by the first
  // open() only.
  NativeEngine(const MqttEngineParts& parts, Scheduler& scheduler, SavedSession& saved);

  Task<Result<void, LinkError>> open() override;
  Task<Result<void, LinkError>> publish(std::string_view topic, std::string_view payload, bool retain) override;
  // The modem hands over by itself what comes, and keeps the session alive; it may not tell that the session broke, so
  // after 30 s without a proof it is asked.
  Task<Result<void, LinkError>> receive() override;
  Task<Result<void, LinkError>> close() override;
  bool suspend() override;
  bool up() const override;

  // Asks the modem (SMSTATE?). An unreadable answer is Unknown and changes nothing; the third in a row makes up()
  // false.
  Task<SessionClaim> check();

 private:
  void onUrc(std::string_view line) override;
  void onInbound(std::string_view line);
  void takeClaim(SessionClaim claim);

  Task<SessionClaim> ask();
  Task<Done> adopt(SessionClaim claim);
  Task<Done> renewSubscription();
  Task<Done> openSession();
  Task<Done> sendTls();
  Task<Done> sendSettings();
  Task<Done> sendWill();
  Task<Done> sendWillMessage();
  Task<Done> connect();
  Task<Done> subscribe();

  AtEngine& at_;
  Scheduler& scheduler_;
  SavedSession& saved_;
  SessionClaim claim_ = SessionClaim::Unknown;
  std::uint32_t losses_ = 0;  // how often the session was said to be down: tells whether one broke during a publish
  int unreadable_ = 0;
  Instant look_due_{};
  bool subscribed_ = false;
  bool fresh_ = false;     // RDY was seen and no connection asked for since: there is none
  bool unproved_ = false;  // nothing was received since the latest open(): perhaps there is no subscription
};

}  // namespace smartkar::device
