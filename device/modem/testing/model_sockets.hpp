#pragma once

#include <charconv>
#include <map>
#include <string>
#include <string_view>

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
  // The other end closes, or the bearer is gone.
  void lose() {
    for (auto& [id, socket] : open) {
      if (std::exchange(socket.connected, false)) line_.say(wire("+CASTATE: " + std::to_string(id) + ",0"));
    }
  }
  void forget() {
    open.clear();
    sending_ = nullptr;
  }

  Reply answer(const std::string& command, bool bearer) {
    if (command == "AT+CASTATE?") return list();
    const int id = number(command, command.find('=') + 1);
    const auto found = open.find(id);
    if (command.starts_with("AT+CAOPEN=")) {
      if (found != open.end()) return {wire("ERROR")};
      if (!bearer) return {wire("+CAOPEN: " + std::to_string(id) + ",21|OK")};
      open[id];
      return {wire("+CAOPEN: " + std::to_string(id) + ",0|OK")};
    }
    if (found == open.end()) return {wire("ERROR")};
    if (command.starts_with("AT+CACLOSE=")) {
      open.erase(found);
      return {wire("OK")};
    }
    if (command.starts_with("AT+CARECV=")) return read(found->second, number(command, command.find(',') + 1));
    if (!found->second.connected) return {wire("ERROR")};
    sending_ = &found->second;
    return {"\r\n>", 15ms, static_cast<std::size_t>(number(command, command.find(',') + 1)), wire("OK")};
  }
  void takeBlock(const std::string& block) {
    if (sending_ != nullptr) sending_->sent += block;
    sending_ = nullptr;
  }

  std::map<int, Socket> open;

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

  ScriptedModem& line_;
  Socket* sending_ = nullptr;
};

}  // namespace smartkar::device
