#pragma once

#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "device/at/testing/scripted_modem.hpp"

namespace smartkar::device {

// The CA… commands of the model modem.
class ModelSockets {
 public:
  using Reply = ScriptedModem::Reply;
  struct Socket {
    bool connected = true;
    std::string sent;     // by the firmware
    std::string waiting;  // for the firmware
  };

  explicit ModelSockets(ScriptedModem& line) : line_(line) {}

  // The other end sends.
  void arrive(int id, std::string_view bytes) {
    open.at(id).waiting += bytes;
    line_.say(wire("+CADATAIND: " + std::to_string(id)));
  }
  // The other end closes.
  void hangUp(int id) {
    const auto found = open.find(id);
    if (found == open.end()) return;
    if (std::exchange(found->second.connected, false)) line_.say(wire("+CASTATE: " + std::to_string(id) + ",0"));
  }
  // The bearer is gone.
  void lose() {
    for (const auto& [id, socket] : open) {
      on_end(id);
      hangUp(id);
    }
  }
  void forget() {
    for (const auto& [id, socket] : open) on_end(id);
    open.clear();
    sending_ = kNone;
  }

  Reply answer(const std::string& command, bool bearer) {
    if (command == "AT+CASTATE?") return list();
    const int id = number(command, command.find('=') + 1);
    const auto found = open.find(id);
    if (command.starts_with("AT+CAOPEN=")) {
      if (found != open.end()) return {wire("ERROR")};
      if (!bearer) return {wire("+CAOPEN: " + std::to_string(id) + ",21|OK")};
      open[id];
      on_open(id);
      return {wire("+CAOPEN: " + std::to_string(id) + ",0|OK")};
    }
    if (found == open.end()) return {wire("ERROR")};
    if (command.starts_with("AT+CACLOSE=")) {
      on_end(id);
      open.erase(found);
      return {wire("OK")};
    }
    if (command.starts_with("AT+CARECV=")) return read(found->second, number(command, command.find(',') + 1));
    if (!found->second.connected) return {wire("ERROR")};
    sending_ = id;
    return {"\r\n>", 15ms, static_cast<std::size_t>(number(command, command.find(',') + 1)), wire("OK")};
  }
  void takeBlock(const std::string& block) {
    const auto found = open.find(std::exchange(sending_, kNone));
    if (found == open.end()) return;
    found->second.sent += block;
    on_sent(found->first, block);
  }

  std::map<int, Socket> open;
  // For the other end: the modem opened a connection, sent something over it, closed or lost it.
  std::function<void(int id)> on_open = [](int) {};
  std::function<void(int id, std::string_view bytes)> on_sent = [](int, std::string_view) {};
  std::function<void(int id)> on_end = [](int) {};

 private:
  Reply list() const {
    std::string lines;
    for (const auto& [id, socket] : open) {
      lines += "+CASTATE: " + std::to_string(id) + (socket.connected ? ",1|" : ",0|");
    }
    return {wire(lines + "OK")};
  }
  static Reply read(Socket& socket, int most) {
    const std::string bytes = socket.waiting.substr(0, static_cast<std::size_t>(most));
    socket.waiting.erase(0, bytes.size());
    if (bytes.empty()) return {wire("+CARECV: 0|OK")};
    return {"\r\n+CARECV: " + std::to_string(bytes.size()) + "," + bytes + "\r\n\r\nOK\r\n"};
  }
  static int number(const std::string& text, std::size_t at) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), value);
    return value;
  }

  static constexpr int kNone = -1;

  ScriptedModem& line_;
  int sending_ = kNone;
};

}  // namespace smartkar::device
