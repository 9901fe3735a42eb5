#include "device/link/modem_socket.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "device/at/data_block.hpp"
#include "device/modem/sim7080.hpp"

namespace smartkar::device {
namespace {

// Asked this often before the state counts as unknown.
constexpr int kPolls = 3;

constexpr std::uint32_t kProbeIdleMin = 30;  // seconds, §12.2.10

std::string_view textOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

ModemSocket::ModemSocket(CommandSender& sender, ModemManager& modem, TlsFiles& files, Scheduler& scheduler,
                         LogSink& log, int id)
    : sender_(sender), modem_(modem), files_(files), log_(log, "socket"), id_(id), changed_(scheduler) {
  sender_.at().onUrc("+CASTATE:", *this);
  sender_.at().onUrc("+CADATAIND:", *this);
}

// --- what the modem says ---

void ModemSocket::onUrc(std::string_view line) {
  if (const auto state = sim7080::parseSocketState(line)) {
    if (state->id == id_) onState(state->connected);
  } else if (sim7080::parseSocketData(line) == id_) {
    data_waiting_ = true;
    changed_.set();
  }
}

void ModemSocket::onState(bool connected) {
  if (state_ == State::Open && !connected) log_.info("connection %d closed by the other end", id_);
  state_ = connected ? State::Open : State::Closed;
  if (!connected) data_waiting_ = false;
  changed_.set();
}

Task<ModemSocket::Done> ModemSocket::ask() {
  for (int polls = 0; polls < kPolls && !sender_.at().restarted(); ++polls) {
    state_ = State::Unknown;  // also if this is cancelled
    const auto answer = co_await sender_.at().run(sim7080::kSocketState);
    if (answer.ok()) {
      if (state_ == State::Unknown) state_ = State::Free;  // not named in the answer, which comes through onUrc
      co_return Done{};
    }
    state_ = State::Unknown;
    if (polls > 0 && !sender_.at().inStep()) break;  // neither an answer nor one to AT
  }
  co_return Failure{sender_.at().restarted() ? LinkError::NoModem : LinkError::Timeout};
}

Task<ModemSocket::Done> ModemSocket::adopt() {
  const Done asked = co_await ask();
  if (!asked.ok()) co_return asked;
  if (!up()) co_return Failure{LinkError::Down};
  data_waiting_ = true;  // perhaps: nobody listened
  co_return Done{};
}

// --- opening and closing ---

Task<ModemSocket::Done> ModemSocket::open(SocketEndpoint endpoint) {
  Done done = co_await close();
  if (done.ok()) done = co_await configure(endpoint);
  if (done.ok()) done = co_await connect(endpoint);
  if (endpoint.tls) files_.note(done);
  co_return done;
}

// A modem that will not probe is used all the same. All volatile, so it is sent before each connection.
Task<ModemSocket::Done> ModemSocket::configure(SocketEndpoint endpoint) {
  co_await sender_.trySend(sim7080::socketKeepAlive(sender_.line(), std::max(endpoint.keep_idle_s, kProbeIdleMin)));
  if (!endpoint.tls) {
    const Done plain = co_await sender_.send(sim7080::socketSecurity(sender_.line(), id_, false));
    co_return plain;
  }
  Done done = co_await files_.provide(endpoint.host);
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::socketSecurity(sender_.line(), id_, true));
  if (!done.ok()) co_return done;
  done = co_await sender_.send(sim7080::socketTlsContext(sender_.line(), id_));
  if (!done.ok()) co_return done;
  const TlsIdentity& identity = files_.identity();
  done = co_await sender_.send(sim7080::socketFile(sender_.line(), id_, "CACERT", identity.ca.name));
  if (!done.ok() || identity.certificate.name.empty()) co_return done;
  done = co_await sender_.send(sim7080::socketFile(sender_.line(), id_, "CERT", identity.certificate.name));
  co_return done;
}

Task<ModemSocket::Done> ModemSocket::connect(SocketEndpoint endpoint) {
  state_ = State::Unknown;
  const auto answer = co_await sender_.at().run(sim7080::socketOpen(sender_.line(), id_, endpoint.host, endpoint.port));
  if (!answer.ok()) co_return Failure{linkError(answer.error())};
  const auto result = sim7080::parseSocketOpen(answer->last(), id_);
  if (result == sim7080::kSocketNoNetwork) co_return Failure{LinkError::NoBearer};
  if (result != 0) {
    log_.warning("connection %d refused: %d", id_, result.value_or(-1));
    co_return Failure{LinkError::Refused};
  }
  if (state_ == State::Closed) co_return Failure{LinkError::Down};  // said while the answer was still coming
  state_ = State::Open;
  co_return Done{};
}

Task<ModemSocket::Done> ModemSocket::close() {
  in_doubt_ = true;  // also one that the modem will not close is of no use any more
  if (state_ == State::Unknown) {
    const Done asked = co_await ask();
    if (!asked.ok()) co_return asked;
  }
  if (state_ != State::Free) {
    state_ = State::Unknown;
    Done done = co_await sender_.send(sim7080::socketClose(sender_.line(), id_));
    if (!done.ok()) {
      const Done asked = co_await ask();
      if (!asked.ok()) co_return asked;
      if (state_ != State::Free) co_return done;
    }
  }
  state_ = State::Free;
  in_doubt_ = data_waiting_ = false;
  co_return Done{};
}

// --- bytes ---

Task<ModemSocket::Done> ModemSocket::send(std::span<const std::uint8_t> bytes) {
  if (!up()) co_return Failure{LinkError::Down};
  for (std::size_t sent = 0; sent < bytes.size(); sent += sim7080::kSocketBytesMax) {
    const auto piece = bytes.subspan(sent, std::min(bytes.size() - sent, sim7080::kSocketBytesMax));
    const Done done = co_await sendPiece(textOf(piece));
    if (!done.ok()) co_return done;
  }
  co_return Done{};
}

Task<ModemSocket::Done> ModemSocket::sendPiece(std::string_view piece) {
  in_doubt_ = true;
  const Done done = co_await sender_.send(sim7080::socketSend(sender_.line(), id_, piece));
  if (!done.ok()) co_return done;
  in_doubt_ = false;
  if (!up()) co_return Failure{LinkError::Down};
  co_return done;
}

// The modem announces data once until they are read, and what a single read returns may end anywhere: only an empty one
// says that nothing is left.
Task<Result<std::size_t, LinkError>> ModemSocket::receive(std::span<std::uint8_t> into) {
  if (!up()) co_return Failure{LinkError::Down};
  in_doubt_ = true;
  data_waiting_ = false;
  const auto answer = co_await sender_.at().run(sim7080::socketReceive(sender_.line(), id_, into));
  if (!answer.ok()) co_return Failure{linkError(answer.error())};
  const std::size_t count = answer->blockBytes();
  // An OK alone belongs to something older, and what was read is lost.
  if (announcedBytes(answer->last(), "+CARECV") != count) co_return Failure{LinkError::Down};
  in_doubt_ = false;
  if (count > 0) data_waiting_ = true;
  co_return count;
}

Task<bool> ModemSocket::waitForData(Instant deadline) {
  bool changed = true;
  while (changed && up() && !data_waiting_) changed = co_await changed_.wait(deadline);
  co_return up() && data_waiting_;
}

}  // namespace smartkar::device
