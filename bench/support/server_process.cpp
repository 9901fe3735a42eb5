#include "bench/support/server_process.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace smartkar::bench {
namespace {

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
constexpr std::chrono::seconds kStart{20};

std::string need(test::ChildProcess& process, const std::string& text) {
  const auto line = process.waitForText(text, kStart);
  if (line) return *line;
  std::string said;
  for (const std::string& one : process.lines()) said.append("\n").append(one);
  throw std::runtime_error("smartkar-server did not say \"" + text + "\":" + said);
}

}  // namespace

ServerProcess::ServerProcess(const Settings& settings) {
  writeSettings(settings);
  process_ = std::make_unique<test::ChildProcess>(
      std::vector<std::string>{SMARTKAR_SERVER, "--config", (directory() / "server.toml").string()});
  const std::string listening = need(*process_, "listening on http://");
  port_ = static_cast<std::uint16_t>(std::stoi(listening.substr(listening.rfind(':') + 1)));
  need(*process_, "-control: connected");
  need(*process_, "-bulk: connected");
}

void ServerProcess::writeSettings(const Settings& settings) const {
  for (const std::string& car : settings.cars) std::filesystem::create_directories(directory() / "devices" / car);
  std::ofstream(directory() / "token") << kToken << '\n';
  const std::string store = settings.store.empty() ? "path = 'smartkar.db'" : settings.store;
  std::ofstream(directory() / "server.toml")
      << "[mqtt]\n"
      << settings.mqtt << "\n[http]\nlisten = '127.0.0.1:0'\ntoken_file = 'token'\nrequests_per_second = 0\n[store]\n"
      << store << "\n[devices]\ndirectory = 'devices'\n[log]\nlevel = 'info'\n";
}

std::string ServerProcess::request(const std::string& line, const std::string& body) {
  std::string text = line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + kToken + "\r\n";
  if (!body.empty()) {
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + body;
}

void ServerProcess::stop() {
  if (process_->stop() != 0) throw std::runtime_error("smartkar-server did not end in order");
}

}  // namespace smartkar::bench
