#include "broker/mosquitto_config.hpp"

#include <string>

#include "protocol/limits.hpp"

namespace smartkar::broker {
namespace {

std::string line(std::string_view key, const std::string& value) { return std::string(key) + " " + value + "\n"; }

std::string general(const BrokerSettings& settings) {
  const auto path = [&](const char* file) { return (settings.directory / file).string(); };
  std::string text;
  text += "# Made by smartkarctl init. Paths are absolute: after moving the folder, run init --force again.\n";
  text += line("user", settings.user);
  text += line("pid_file", path(broker_file::kProcess));
  text +=
      "log_dest stderr\nlog_type error\nlog_type warning\nlog_type notice\nlog_type information\nlog_timestamp_format "
      "%Y-%m-%dT%H:%M:%S\n";
  text += "\n# Who may do what: only known certificates, only their own topics.\nallow_anonymous false\n";
  text += line("acl_file", path(broker_file::kAccess));
  text += "\n# Sessions survive a restart; a kill loses at most a minute, which the next contact repairs.\n";
  text += "persistence true\nautosave_interval 60\n";
  text += line("persistence_location", path(broker_file::kData) + "/");
  return text;
}

std::string listener(const BrokerSettings& settings, std::uint16_t port, bool public_listener, const char* trusted) {
  const auto path = [&](const char* file) { return (settings.directory / file).string(); };
  std::string text = "listener " + std::to_string(port) + (public_listener ? "\n" : " 127.0.0.1\n");
  text += line("cafile", path(trusted));
  text += line("certfile", path(broker_file::kCertificate));
  text += line("keyfile", path(broker_file::kKey));
  // tlsv1.2 is the lowest version that is spoken, not the only one. Suites: those of the modem's list (AT Manual V1.05
  // §11.2.1) that fit an ECDSA certificate, keep past traffic secret when a key leaks, and authenticate what they
  // encrypt.
  text += "tls_version tlsv1.2\nciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384\n";
  text += "require_certificate true\nuse_identity_as_username true\n";
  return text;
}

}  // namespace

std::string mosquittoLimits() {
  const std::string payload_max = std::to_string(protocol::kDevicePayloadBytesMax);
  return "\n# Nagle's algorithm would hold back the second of two small packets until the first is acknowledged (40 "
         "ms).\n"
         "set_tcp_nodelay true\n"
         "\n# What waits for a server that is away: beyond either the broker drops, and counts it in $SYS. 400,000 "
         "small\n"
         "# messages are 100 cars sending every 10 s for eleven hours; with the broker's own bookkeeping they take "
         "about 250 MB.\n"
         "max_queued_messages 400000\n"
         "max_queued_bytes 134217728\n"
         "# Sent to the server and not yet acknowledged: the server's Receive Maximum. It acknowledges after its "
         "commit, "
         "in\n"
         "# groups of up to 512; the default of 20 would make the groups small and every message wait for a commit of "
         "its own.\n"
         "max_inflight_messages 1024\n"
         "\n# A car sends payloads of at most " +
         payload_max + " bytes (the modem's own limit), topics of at most " + std::to_string(protocol::kTopicBytesMax) +
         ".\n"
         "message_size_limit " +
         payload_max +
         "\n"
         "# Whole packets; leaves room for the properties of MQTT 5. An MQTT 5 client that sends more is "
         "disconnected.\n"
         "max_packet_size 4096\n"
         "\n# Twice the longest sleep (3 h), the keep-alive of a car that can only ping when it wakes. Without it a "
         "dead\n"
         "# MQTT 5 client could stay \"connected\" for 18 hours.\n"
         "max_keepalive 21600\n"
         "\n# A car in a garage without coverage keeps its subscription for 60 days; without a limit the sessions of\n"
         "# scrapped cars would stay for ever. A car that returns later subscribes anew, nothing else is lost.\n"
         "persistent_client_expiration 60d\n"
         "\n# How often $SYS tells what the broker does, messages it dropped among it.\n"
         "sys_interval 10\n";
}

std::string mosquittoConfig(const BrokerSettings& settings) {
  std::string text = general(settings) + mosquittoLimits();
  text += "\n# Cars. The client id is replaced by the CCID in the certificate, so no car can take over a session.\n";
  text += listener(settings, settings.port, settings.public_listener, broker_file::kAuthority);
  text += "use_username_as_clientid true\n";
  text += line("crlfile", (settings.directory / broker_file::kRevoked).string());
  text +=
      "\n# Our server. It has two sessions under one certificate, so its client ids are its own choice; no car gets "
      "in\n"
      "# here, because only the certificates in servers.crt are trusted and the authority of the cars is not.\n"
      "# For a server on another machine: remove 127.0.0.1.\n";
  text += listener(settings, settings.server_port, false, broker_file::kServers);
  return text;
}

std::string accessRules(std::string_view topic_prefix, std::span<const std::string> removed) {
  const std::string prefix(topic_prefix);
  std::string text = "# Made by smartkarctl; rewritten by `device add` and `device remove`.\n";
  text += "user " + std::string(kServerName) + "\n";
  text += "topic read " + prefix + "/#\ntopic write " + prefix + "/+/command\ntopic read $SYS/#\n";
  text += "\n# %u is the CCID in the certificate of the car.\n";
  for (const char* channel : {"state", "response", "event", "status"}) {
    text += "pattern write " + prefix + "/%u/" + channel + "\n";
  }
  text += "pattern read " + prefix + "/%u/command\n";
  if (!removed.empty()) {
    text += "\n# Removed cars. New connections are refused by revoked.crl; this silences one that is still open.\n";
  }
  const std::string deny = "\ntopic deny " + prefix + "/#\n";
  for (const std::string& ccid : removed) text.append("user ").append(ccid).append(deny);
  return text;
}

}  // namespace smartkar::broker
