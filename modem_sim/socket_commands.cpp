// TCP and UDP sockets: AT Manual V1.05 chapter 12.
#include <algorithm>
#include <array>

#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::int64_t kLastId = SocketEngine::kSockets - 1;
constexpr std::int64_t kTransferMax = 1460;
constexpr std::size_t kHostMax = 64;
constexpr std::size_t kFileNameMax = 50;

// The socket that parameter `index` names; null if it is no number of a socket.
TcpSocket* socketAt(Core& core, const Command& command, std::size_t index) {
  if (!inRange(command, index, 0, kLastId)) return nullptr;
  return &core.sockets.at(static_cast<int>(numberOr(command, index, 0)));
}

// The same, null also if it is not in use.
TcpSocket* usedSocket(Core& core, const Command& command) {
  TcpSocket* socket = socketAt(core, command, 0);
  return socket == nullptr || socket->state() == TcpSocket::State::Free ? nullptr : socket;
}

TcpSocket* connectedSocket(Core& core, const Command& command) {
  TcpSocket* socket = socketAt(core, command, 0);
  return socket == nullptr || socket->state() != TcpSocket::State::Connected ? nullptr : socket;
}

// One line for each socket in use for which text() is not empty.
template <class Text>
Reply listSockets(Core& core, std::string_view name, Text text) {
  Reply reply;
  for (int id = 0; id < SocketEngine::kSockets; ++id) {
    const TcpSocket& socket = core.sockets.at(id);
    if (socket.state() == TcpSocket::State::Free) continue;
    const std::string shown = text(socket);
    if (!shown.empty()) reply.more(std::string(name) + ": " + std::to_string(id) + "," + shown);
  }
  return reply;
}

Reply identifier(Core& core, const Command& command) {
  std::optional<int>& id = core.settings.socket_id;
  if (command.form == Form::Read) return id ? Reply::ok().line("+CACID: " + std::to_string(*id)) : Reply::ok();
  if (!inRange(command, 0, 0, kLastId)) return Reply::failed(Cme::ParamRange);
  id = static_cast<int>(numberOr(command, 0, 0));
  core.settings.socket_tls[static_cast<std::size_t>(*id)].shown = true;
  return Reply::ok();
}

// One tag of AT+CASSLCFG: a number up to a limit, or the name of a file.
struct TlsTag {
  std::string_view name;
  std::string_view range;
  int SocketTls::*number = nullptr;
  std::int64_t limit = 0;
  std::string SocketTls::*file = nullptr;
};
constexpr std::array kTlsTags = {
    TlsTag{"SSL", "(0,1)", &SocketTls::enabled, 1},
    TlsTag{"CRINDEX", "(0-5)", &SocketTls::context, 5},
    TlsTag{"CACERT", "(1-50)", nullptr, 0, &SocketTls::ca},
    TlsTag{"CERT", "(1-50)", nullptr, 0, &SocketTls::certificate},
    TlsTag{"PSKTABLE", "(1-50)", nullptr, 0, &SocketTls::psk_table},
};

// Of the connections that the host has named, by CACID or here; names as the manual's example has them, bare.
Reply printTls(Core& core) {
  Reply reply;
  for (int id = 0; id < SocketEngine::kSockets; ++id) {
    const SocketTls& tls = core.settings.socket_tls[static_cast<std::size_t>(id)];
    if (!tls.shown) continue;
    reply.more("+CASSLCFG: " + std::to_string(id) + "," + std::to_string(tls.enabled) + "," +
               std::to_string(tls.context) + "," + tls.ca + "," + tls.certificate + "," + tls.psk_table);
  }
  return reply;
}

Reply configureTls(Core& core, const Command& command) {
  if (command.form == Form::Read) return printTls(core);
  if (command.form == Form::Test) {
    Reply reply;
    for (const TlsTag& tag : kTlsTags)
      reply.more("+CASSLCFG: (0-12)," + quoted(tag.name) + "," + std::string(tag.range));
    return reply;
  }
  if (!inRange(command, 0, 0, kLastId)) return Reply::failed(Cme::ParamRange);
  SocketTls& tls = core.settings.socket_tls[static_cast<std::size_t>(numberOr(command, 0, 0))];
  const std::string name = upperCase(textAt(command, 1));
  for (const TlsTag& tag : kTlsTags) {
    if (tag.name != name) continue;
    if (command.parameters.size() != 3) return Reply::failed(Cme::ParamCountNotEnough);
    if (tag.number != nullptr) {
      if (!inRange(command, 2, 0, tag.limit)) return Reply::failed(Cme::ParamRange);
      tls.*tag.number = static_cast<int>(numberOr(command, 2, 0));
    } else {
      if (textAt(command, 2).size() > kFileNameMax) return Reply::failed(Cme::TextStringTooLong);
      tls.*tag.file = textAt(command, 2);
    }
    tls.shown = true;
    return Reply::ok();
  }
  return Reply::failed(Cme::ParamRange);
}

constexpr std::array<std::string_view, 3> kTypes = {"TCP", "UDP", "NONIP"};  // in the order of SocketTarget::Type

std::string targetText(const TcpSocket& socket) {
  const SocketTarget& target = socket.target();
  return std::to_string(target.context) + "," + quoted(kTypes[static_cast<std::size_t>(target.type)]) + "," +
         quoted(target.host) + "," + std::to_string(target.port) + (target.push ? ",1" : ",0");
}

Reply open(Core& core, const Command& command) {
  if (command.form == Form::Read) return listSockets(core, "+CAOPEN", targetText);
  const auto* const type = std::ranges::find(kTypes, upperCase(textAt(command, 2)));
  const std::string_view host = textAt(command, 3);
  if (!inRange(command, 0, 0, kLastId) || !inRange(command, 1, 0, 4) || type == kTypes.end() || host.empty() ||
      host.size() > kHostMax || !inRange(command, 4, 1, 65535) ||
      (command.parameters.size() > 5 && !inRange(command, 5, 0, 1))) {
    return Reply::failed(Cme::ParamRange);
  }
  return core.sockets.open(static_cast<int>(numberOr(command, 0, 0)),
                           {.context = static_cast<int>(numberOr(command, 1, 0)),
                            .type = static_cast<SocketTarget::Type>(type - kTypes.begin()),
                            .host = std::string(host),
                            .port = static_cast<std::uint16_t>(numberOr(command, 4, 0)),
                            .push = numberOr(command, 5, 0) == 1});
}

// A prompt, then exactly the stated number of bytes; with one parameter: how many fit.
Reply send(Core& core, const Command& command) {
  constexpr std::int64_t kInputTimeDefaultMs = 5000;
  TcpSocket* socket = connectedSocket(core, command);
  if (socket == nullptr) return Reply::failed();
  if (command.parameters.size() == 1) return Reply::ok().line("+CASEND: " + std::to_string(socket->freeBytes()));
  if (!inRange(command, 1, 1, kTransferMax) || (command.parameters.size() > 2 && !inRange(command, 2, 100, 10000))) {
    return Reply::failed(Cme::ParamRange);
  }
  DataRequest request;
  request.size = static_cast<std::size_t>(numberOr(command, 1, 0));
  if (request.size > socket->freeBytes()) return Reply::failed();
  request.prompt = core.config.behaviour.prompt_space ? "\r\n> " : "\r\n>";
  request.prompt_delay = core.config.timing.prompt;
  request.timeout = std::chrono::milliseconds(numberOr(command, 2, kInputTimeDefaultMs));
  request.takes_part = core.config.behaviour.casend_slow == SlowInput::Sent;
  request.done = [socket](const std::string& content) {
    if (socket->state() != TcpSocket::State::Connected) return Reply::failed();
    socket->send(content);
    return Reply::ok();
  };
  return Reply::wantData(std::move(request));
}

Reply receive(Core& core, const Command& command) {
  if (command.form == Form::Read) {
    // In no manual; only connections that have data are named (vshymanskyy/TinyGSM, TinyGsmClientSIM7080.h).
    return listSockets(core, "+CARECV", [](const TcpSocket& socket) {
      return socket.unread() == 0 ? std::string() : std::to_string(socket.unread());
    });
  }
  TcpSocket* socket = usedSocket(core, command);
  if (socket == nullptr) return Reply::failed();
  if (!inRange(command, 1, 1, kTransferMax)) return Reply::failed(Cme::ParamRange);
  const std::string bytes = socket->read(static_cast<std::size_t>(numberOr(command, 1, 0)));
  std::string text = "+CARECV: ";
  if (core.settings.sockets.show_remote == 1) text += socket->peer() + ",";
  text += std::to_string(bytes.size());
  if (!bytes.empty()) text += "," + bytes;
  return Reply::ok().line(text);
}

Reply acknowledged(Core& core, const Command& command) {
  const TcpSocket* socket = usedSocket(core, command);
  if (socket == nullptr) return Reply::failed();
  return Reply::ok().line("+CAACK: " + std::to_string(socket->sentBytes()) + "," +
                          std::to_string(socket->unacknowledged()));
}

Reply states(Core& core, const Command&) {
  return listSockets(core, "+CASTATE", [](const TcpSocket& socket) {
    return std::string(socket.state() == TcpSocket::State::Connected ? "1" : "0");
  });
}

Reply close(Core& core, const Command& command) {
  TcpSocket* socket = usedSocket(core, command);
  if (socket == nullptr) return Reply::failed();
  socket->close();
  return Reply::ok();
}

// Whether data come with the peer's address (§12.2.12).
Reply showRemote(Core& core, const Command& command) {
  int& shown = core.settings.sockets.show_remote;
  if (command.form == Form::Read) return Reply::ok().line("+CASRIP: " + std::to_string(shown));
  if (!inRange(command, 0, 0, 1)) return Reply::failed(Cme::ParamRange);
  shown = static_cast<int>(numberOr(command, 0, 0));
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+CACID", kRead | kWrite, "(0-12)", identifier, "12.2.1"},
    CommandSpec{"+CASSLCFG", kTest | kRead | kWrite, "", configureTls, "12.2.2"},
    CommandSpec{"+CAOPEN", kRead | kWrite, R"((0-12),(0-4),("TCP","UDP","NONIP"),64,(1-65535),(0,1))", open, "12.2.3"},
    CommandSpec{"+CASEND", kWrite, "(0-12),(1-1460),(100-10000)", send, "12.2.5"},
    CommandSpec{"+CARECV", kRead | kWrite, "(0-12),(1-1460)", receive, "12.2.6"},
    CommandSpec{"+CAACK", kWrite, "(0-12)", acknowledged, "12.2.7"},
    CommandSpec{"+CASTATE", kRead, "", states, "12.2.8"},
    CommandSpec{"+CACLOSE", kWrite, "(0-12)", close, "12.2.9"},
    CommandSpec{"+CASRIP", kRead | kWrite, "(0,1)", showRemote, "12.2.12"},
};

}  // namespace

std::span<const CommandSpec> socketCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
