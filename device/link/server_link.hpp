#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "protocol/limits.hpp"
#include "protocol/topics.hpp"

namespace smartkar::device {

// Why a link operation ended without success.
enum class LinkError : std::uint8_t {
  NoModem,        // the modem does not answer or restarted in the middle
  NoSim,          // SIM missing, locked or broken
  NotRegistered,  // no network, or the network refuses
  NoBearer,       // no IP connectivity
  Refused,        // the broker or the modem said no
  Timeout,        // no answer by the deadline: the state is unknown
  Down,           // the session is not (or no longer) up
  TooLong,        // topic or payload beyond the limits
};

// What carries messages between car and server; MqttManager and LinkManager implement it. One dialogue at a time.
class ServerLink {
 public:
  virtual ~ServerLink() = default;

  // The will for the next connection that is opened; of no use to a link whose server has other means to see it end.
  // One that is adopted keeps the will it was opened with. payload: at most 120 bytes of printable ASCII, longer
  // asserts.
  virtual void setWill(std::string_view payload) = 0;
  // The keep-alive interval of the connections that are opened from now on: after so much silence the modem gives a
  // sign of life, also while the processor sleeps. kKeepAliveMin … kKeepAliveMax.
  virtual void setKeepAlive(std::chrono::seconds interval) = 0;
  // Brings the link up from whatever is there: adopts a session the modem kept, or opens one. Success is the modem's
  // claim; only the sync that follows proves it.
  virtual Task<Result<void, LinkError>> open() = 0;
  // Sends one message, QoS 1. Ok: the modem took it (and usually the broker acknowledged it); not that the server has
  // it. payload: at most protocol::kDevicePayloadBytesMax bytes, must stay valid until the task ends.
  virtual Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) = 0;
  // Hands what waits in the modem to the sink and keeps the session alive. To be called whenever the device has been
  // woken while the link is up, and before it sleeps. Ok also if there was nothing; any other end: the link is not up
  // any more.
  virtual Task<Result<void, LinkError>> receive() = 0;
  // The last act before the processor sleeps: keeps what a later open() needs to adopt the session. False: something
  // waits to be received or is under way, so sleeping now would lose it.
  virtual bool suspend() = 0;
  // Ends the session on purpose (no will).
  virtual Task<Result<void, LinkError>> close() = 0;
  // What the modem last said of the session: a claim.
  virtual bool up() const = 0;
  // True if the latest open() found a connection alive instead of opening one.
  virtual bool adopted() const = 0;
  // True if nobody between car and server can read or forge what it carries.
  virtual bool secured() const = 0;
  // The name used in `status`: "mqtt", "mqtt2" for the second broker, "tcp".
  virtual std::string_view name() const = 0;
};

// Takes what arrives on the command topic. Called from the reader: must only store.
class InboundSink {
 public:
  virtual ~InboundSink() = default;
  // payload: valid only during the call.
  virtual void onCommand(std::string_view payload) = 0;
};

}  // namespace smartkar::device
