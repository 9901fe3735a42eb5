// MQTT: AT Manual V1.05 chapter 17. All failures are "operation not allowed", the only text ever reported for them.
#include <array>

#include "base/hex.hpp"
#include "modem_sim/commands.hpp"
#include "modem_sim/core.hpp"
#include "modem_sim/number_setting.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::size_t kTopicMax = MqttEngine::kTopicMax;
constexpr std::int64_t kContentMax = 1024;

// One tag of AT+SMCONF: a text with a greatest length, or a number with a range.
struct ConfTag {
  std::string_view name;
  std::string_view ranges;  // as SMCONF=? prints it
  std::int64_t limit;       // of the length or of the number
  std::string MqttSettings::*text = nullptr;
  int MqttSettings::*number = nullptr;
};

// URL has two values and stands by itself; the order is that of =? and ? (§17.2.1).
constexpr std::array kTags = {
    ConfTag{"CLIENTID", "(0-128)", 128, &MqttSettings::client_id},
    ConfTag{"URL", "246,(0-65535)", 246, &MqttSettings::host},
    ConfTag{"KEEPTIME", "(0-65535)", 65535, nullptr, &MqttSettings::keep_time},
    ConfTag{"USERNAME", "256", 256, &MqttSettings::user_name},
    ConfTag{"PASSWORD", "512", 512, &MqttSettings::password},
    ConfTag{"CLEANSS", "(0,1)", 1, nullptr, &MqttSettings::clean_session},
    ConfTag{"QOS", "(0-2)", 2, nullptr, &MqttSettings::will_qos},
    ConfTag{"TOPIC", "128", 128, &MqttSettings::will_topic},
    ConfTag{"MESSAGE", "1024", 1024, &MqttSettings::will_message},
    ConfTag{"RETAIN", "(0,1)", 1, nullptr, &MqttSettings::will_retain},
    ConfTag{"SUBHEX", "(0,1)", 1, nullptr, &MqttSettings::sub_hex},
    ConfTag{"ASYNCMODE", "(0,1)", 1, nullptr, &MqttSettings::async_mode},
};

std::string tagValue(const MqttSettings& settings, const ConfTag& tag) {
  if (tag.number != nullptr) return std::to_string(settings.*tag.number);
  std::string text = quoted(settings.*tag.text);
  if (tag.name == "URL") text += "," + std::to_string(settings.port);
  return text;
}

Reply printConfiguration(const MqttSettings& settings, Form form) {
  Reply reply;
  if (form == Form::Test) {
    for (const ConfTag& tag : kTags) reply.more("+SMCONF: " + quoted(tag.name) + "," + std::string(tag.ranges));
    return reply;
  }
  // A blank line after each and a space behind the colon, as captured (alkonosst/SSLClientESP32#14).
  reply.line("+SMCONF: ");
  for (const ConfTag& tag : kTags) reply.line(std::string(tag.name) + ": " + tagValue(settings, tag));
  return reply;
}

Reply configure(Core& core, const Command& command) {
  MqttSettings& settings = core.settings.mqtt;
  if (command.form != Form::Write) return printConfiguration(settings, command.form);
  const std::string name = upperCase(textAt(command, 0));
  for (const ConfTag& tag : kTags) {
    if (tag.name != name) continue;
    const bool url = tag.name == "URL";
    const std::size_t count = command.parameters.size();
    if (count < 2 || count > (url ? 3U : 2U)) return Reply::failed();
    if (tag.number != nullptr) {
      if (!inRange(command, 1, 0, tag.limit)) return Reply::failed();
      settings.*tag.number = static_cast<int>(numberOr(command, 1, 0));
      return Reply::ok();
    }
    if (std::ssize(textAt(command, 1)) > tag.limit) return Reply::failed();
    if (url) {
      if (count == 3 && !inRange(command, 2, 0, 65535)) return Reply::failed();
      settings.port = static_cast<std::uint16_t>(numberOr(command, 2, 1883));
    }
    settings.*tag.text = textAt(command, 1);
    return Reply::ok();
  }
  return Reply::failed();
}

Reply tls(Core& core, const Command& command) {
  constexpr std::size_t kNameMax = 20;
  VolatileSettings& settings = core.settings;
  if (command.form == Form::Read) {
    return Reply::ok().line("+SMSSL: " + std::to_string(settings.ssl_index) + "," + quoted(settings.ssl_ca) + "," +
                            quoted(settings.ssl_certificate));
  }
  const std::int64_t index = numberOr(command, 0, -1);
  const std::size_t count = command.parameters.size();
  if (!inRange(command, 0, 0, 6) || count > 3 || (index > 0 && count < 2) || textAt(command, 1).size() > kNameMax ||
      textAt(command, 2).size() > kNameMax) {
    return Reply::failed();
  }
  const bool checks = core.config.behaviour.smssl_unknown_name == UnknownName::Error;
  for (const std::string_view name : {textAt(command, 1), textAt(command, 2)}) {
    if (checks && !name.empty() && core.files.findCertificate(std::string(name)) == nullptr) return Reply::failed();
  }
  settings.ssl_index = static_cast<int>(index);
  settings.ssl_ca = textAt(command, 1);
  settings.ssl_certificate = textAt(command, 2);
  return Reply::ok();
}

Reply connect(Core& core, const Command&) { return core.mqtt.connect(); }
Reply disconnect(Core& core, const Command&) { return core.mqtt.disconnect(); }
Reply state(Core& core, const Command&) { return Reply::ok().line("+SMSTATE: " + std::to_string(core.mqtt.state())); }

bool validTopic(const Command& command) {
  const std::string_view topic = textAt(command, 0);
  return !topic.empty() && topic.size() <= kTopicMax;
}

Reply subscribe(Core& core, const Command& command) {
  if (!validTopic(command) || command.parameters.size() != 2 || !inRange(command, 1, 0, 2)) return Reply::failed();
  const bool wildcard = command.parameters[0].text.find_first_of("+#") != std::string::npos;
  if (wildcard && !core.config.behaviour.wildcards) return Reply::failed();
  return core.mqtt.subscribe(command.parameters[0].text, static_cast<int>(numberOr(command, 1, 0)));
}

Reply unsubscribe(Core& core, const Command& command) {
  if (!validTopic(command) || command.parameters.size() != 1) return Reply::failed();
  return core.mqtt.unsubscribe(command.parameters[0].text);
}

// SMPUB has its content.
Reply send(Core& core, const Command& command, std::string content) {
  if (core.settings.sm_pub_hex == 1) {
    std::vector<std::uint8_t> bytes(content.size() / 2);
    if (!decodeHex(content, bytes)) return Reply::failed();
    content.assign(bytes.begin(), bytes.end());
  }
  return core.mqtt.publish(command.parameters[0].text, content, static_cast<int>(numberOr(command, 2, 0)),
                           numberOr(command, 3, 0) == 1);
}

// §17.2.4: a prompt, then exactly the stated number of bytes.
Reply publish(Core& core, const Command& command) {
  if (!validTopic(command) || command.parameters.size() != 4 || !inRange(command, 1, 0, kContentMax) ||
      !inRange(command, 2, 0, 2) || !inRange(command, 3, 0, 1) || !core.mqtt.up()) {
    return Reply::failed();
  }
  const EmptyPublish empty = core.config.behaviour.publish_empty;
  if (numberOr(command, 1, 0) == 0 && empty != EmptyPublish::Prompt) {
    return empty == EmptyPublish::NoPrompt ? send(core, command, {}) : Reply::failed();
  }
  DataRequest request;
  request.prompt = core.config.behaviour.prompt_space ? "\r\n> " : "\r\n>";
  request.prompt_delay = core.config.timing.prompt;
  request.timeout = core.config.timing.publish_edit_timeout;
  request.size = static_cast<std::size_t>(numberOr(command, 1, 0));
  const Behaviour& behaviour = core.config.behaviour;
  if (core.settings.sm_pub_hex == 1 && behaviour.pub_hex_length == HexLength::Bytes) request.size *= 2;
  if (behaviour.publish_ends_at_nul) request.end_marks += '\0';
  if (behaviour.publish_ends_at_ctrl_z) request.end_marks += '\x1a';
  request.done = [&core, command](std::string content) { return send(core, command, std::move(content)); };
  return Reply::wantData(std::move(request));
}

// §17.2.12: 0 = off, else 10 … 500 ms.
Reply receiveSleep(Core& core, const Command& command) {
  int& sleep = core.settings.sm_receive_sleep;
  if (command.form == Form::Read) {
    return Reply::ok().line(sleep > 0 ? "+SMRCVSLPTM: 1," + std::to_string(sleep) : "+SMRCVSLPTM: 0");
  }
  if (numberOr(command, 0, -1) == 0) {
    sleep = 0;
    return Reply::ok();
  }
  if (numberOr(command, 0, -1) != 1 || !inRange(command, 1, 10, 500)) return Reply::failed();
  sleep = static_cast<int>(numberOr(command, 1, 0));
  return Reply::ok();
}

constexpr std::array kCommands = {
    CommandSpec{"+SMCONF", kTest | kRead | kWrite, "", configure, "17.2.1"},
    CommandSpec{"+SMSSL", kRead | kWrite, "(0-6),20,20", tls, "17.2.2"},
    CommandSpec{"+SMCONN", kExecute, "", connect, "17.2.3"},
    CommandSpec{"+SMDISC", kExecute, "", disconnect, "17.2.9"},
    CommandSpec{"+SMSTATE", kRead, "(0-2)", state, "17.2.7"},
    CommandSpec{"+SMSUB", kWrite, "128,(0-2)", subscribe, "17.2.5"},
    CommandSpec{"+SMUNSUB", kWrite, "128", unsubscribe, "17.2.6"},
    CommandSpec{"+SMPUB", kWrite, "128,(0-1024),(0-2),(0-1)", publish, "17.2.4"},
    CommandSpec{"+SMRCVSLPTM", kRead | kWrite, "(0,1),(10,500)", receiveSleep, "17.2.12"},
    CommandSpec{"+SMPUBHEX", kRead | kWrite, "(0-1)", numberSetting<&VolatileSettings::sm_pub_hex, 0, 1>, "17.2.8"},
};

}  // namespace

std::span<const CommandSpec> mqttCommands() { return kCommands; }

}  // namespace smartkar::modem_sim
