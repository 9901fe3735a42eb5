#include "broker/toml_files.hpp"

#include <toml++/toml.h>

#include <optional>
#include <utility>

namespace smartkar::broker {
namespace {

Result<toml::table, Problem> parse(const std::string& text, const char* file) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Failure{Problem{ProvisionError::Damaged, std::string(file) + ", line " +
                                                        std::to_string(error.source().begin.line) + ": " +
                                                        std::string(error.description())}};
  }
}

Failure<Problem> wrong(const char* file, const char* key) {
  return Failure{Problem{ProvisionError::Damaged, std::string(file) + ": '" + key + "' is missing or cannot be used"}};
}

std::optional<std::uint16_t> port(const toml::table& table, const char* key) {
  const auto value = table[key].value<std::int64_t>();
  if (!value || *value < 1 || *value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

}  // namespace

std::string tomlString(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (quoted += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      ((quoted += "\\u00") += kHex[byte >> 4]) += kHex[byte & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string installationToml(const InstallationSettings& settings) {
  std::string hosts;
  for (const std::string& host : settings.hosts) hosts += (hosts.empty() ? "" : ", ") + tomlString(host);
  return "# Made by smartkarctl init, read by smartkarctl device add.\nhosts = [" + hosts +
         "]\nbroker_port = " + std::to_string(settings.broker_port) +
         "\nserver_port = " + std::to_string(settings.server_port) +
         "\ntcp_port = " + std::to_string(settings.tcp_port) + "\nhttp_listen = " + tomlString(settings.http_listen) +
         "\ntopic_prefix = " + tomlString(settings.topic_prefix) + "\n";
}

Result<InstallationSettings, Problem> readInstallationToml(const std::string& text) {
  static constexpr const char* kFile = "smartkar.toml";
  auto table = parse(text, kFile);
  if (!table) return Failure{table.error()};
  InstallationSettings settings;
  const toml::array* hosts = (*table)["hosts"].as_array();
  if (hosts == nullptr) return wrong(kFile, "hosts");
  for (const toml::node& host : *hosts) {
    if (!host.is_string()) return wrong(kFile, "hosts");
    settings.hosts.push_back(**host.as_string());
  }
  const auto broker_port = port(*table, "broker_port");
  if (!broker_port) return wrong(kFile, "broker_port");
  const auto server_port = port(*table, "server_port");
  if (!server_port) return wrong(kFile, "server_port");
  // Installations made before cars could connect to the server itself do not have it.
  const auto tcp_port = table->contains("tcp_port") ? port(*table, "tcp_port") : settings.tcp_port;
  if (!tcp_port) return wrong(kFile, "tcp_port");
  const auto listen = (*table)["http_listen"].value<std::string>();
  if (!listen) return wrong(kFile, "http_listen");
  const auto prefix = (*table)["topic_prefix"].value<std::string>();
  if (!prefix) return wrong(kFile, "topic_prefix");
  settings.broker_port = *broker_port;
  settings.server_port = *server_port;
  settings.tcp_port = *tcp_port;
  settings.http_listen = *listen;
  settings.topic_prefix = *prefix;
  return settings;
}

Result<ServerToml, Problem> readServerToml(const std::string& text) {
  static constexpr const char* kFile = "server.toml";
  auto table = parse(text, kFile);
  if (!table) return Failure{table.error()};
  const auto listen = (*table)["http"]["listen"].value<std::string>();
  if (!listen) return wrong(kFile, "http.listen");
  const auto token_file = (*table)["http"]["token_file"].value<std::string>();
  if (!token_file) return wrong(kFile, "http.token_file");
  return ServerToml{*listen, *token_file};
}

Result<std::string, Problem> readDeviceApn(const std::string& text) {
  auto table = parse(text, "device.toml");
  if (!table) return Failure{table.error()};
  return (*table)["settings"]["apn"].value_or(std::string());
}

}  // namespace smartkar::broker
