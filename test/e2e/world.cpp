#include "test/e2e/world.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "test/e2e/journal_file.hpp"
#include "test/support/loopback.hpp"
#include "test/support/unix_stream.hpp"

namespace smartkar::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

std::string program(const std::string& name) { return std::string(SMARTKAR_BIN "/") + name; }

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// How this run's modem differs from the usual one: NAME=VALUE as the simulator's --set takes it, divided by spaces.
std::vector<std::string> otherAnswers() {
  const char* const text = std::getenv("SMARTKAR_MODEM_ANSWERS");
  std::istringstream words(text == nullptr ? "" : text);
  return {std::istream_iterator<std::string>(words), {}};
}

// Another modem may take longer, but not longer than this times the usual.
constexpr int kOtherModemPatience = 5;

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

}  // namespace

World::World()
    : dir_((directory_.path() / "fleet").string()), server_port_(freeLoopbackPort()), tcp_port_(freeLoopbackPort()) {
  const std::string listen = "127.0.0.1:" + std::to_string(freeLoopbackPort());
  const Finished init =
      ctl({"init", dir_, "--broker-port", std::to_string(freeLoopbackPort()), "--server-port",
           std::to_string(server_port_), "--tcp-port", std::to_string(tcp_port_), "--http-listen", listen});
  require(init.exit_code == 0, "smartkarctl init: " + init.output);
  ccid_ = "8944500000000000001";
  const Finished added = ctl({"device", "add", ccid_});
  require(added.exit_code == 0, "smartkarctl device add: " + added.output);
  url_ = "http://" + listen;
  token_ = trimmed(readFile(dir_ + "/server/token"));
}

void World::startBroker() {
  broker_ = std::make_unique<ChildProcess>(Arguments{"mosquitto", "-v", "-c", dir_ + "/broker/mosquitto.conf"});
  expect(broker_->waitForText("running", 10s).has_value(), "mosquitto does not run");
}

void World::configureServer(const std::string& toml) const {
  std::ofstream(dir_ + "/server/server.toml", std::ios::app) << toml;
}

void World::startServer() {
  server_ =
      std::make_unique<ChildProcess>(Arguments{program("smartkar-server"), "--config", dir_ + "/server/server.toml"});
  expect(server_->waitForText("listening on", 20s).has_value(), "server does not listen");
}

void World::stopServer() { expect(server_->stop() == 0, "server does not stop in order"); }

void World::setServer(const std::string& section, const std::string& line) const {
  const std::string file = dir_ + "/server/server.toml";
  std::string text = readFile(file);
  const std::size_t at = text.find(section + "\n");
  require(at != std::string::npos, "no " + section + " in " + file);
  text.insert(at + section.size() + 1, line + "\n");
  std::ofstream(file) << text;
}

std::uint16_t World::legacyPort() {
  const std::string text = "old firmware may connect to port ";
  const auto line = server_->waitForText(text, 10s);
  require(line.has_value(), "no port for old firmware");
  return static_cast<std::uint16_t>(std::stoi(line->substr(line->find(text) + text.size())));
}

void World::backUp() { expect(ctl({"backup", path("backup.db")}).exit_code == 0, "the server's data to be copied"); }

void World::restore() { expect(ctl({"restore", path("backup.db")}).exit_code == 0, "the copy to be restored"); }

void World::startModem(const Arguments& modem) {
  Arguments modem_arguments = {
      program("smartkar-modem-sim"), "--link", path("modem"), "--ccid", ccid_, "--preset", "fast", "--log"};
  for (std::string& answer : otherAnswers())
    modem_arguments.insert(modem_arguments.end(), {"--set", std::move(answer)});
  modem_arguments.insert(modem_arguments.end(), modem.begin(), modem.end());
  modem_ = std::make_unique<ChildProcess>(modem_arguments);
  expect(modem_->waitForText("control socket", 10s).has_value(), "modem simulator does not run");
}

void World::startCar(const Arguments& modem, const Arguments& device) {
  startModem(modem);
  device_options_ = device;
  startDevice();
}

void World::startDevice() {
  Arguments arguments = {program("smartkar-device"),
                         "--modem",
                         path("modem"),
                         "--storage",
                         path("storage"),
                         "--config",
                         dir_ + "/devices/" + ccid_ + "/device.toml",
                         "--actuator-log",
                         path("actuators.log"),
                         "--vehicle-seed",
                         "1"};
  arguments.insert(arguments.end(), device_options_.begin(), device_options_.end());
  device_ = std::make_unique<ChildProcess>(arguments);
}

void World::startAll(const Arguments& modem, const Arguments& device) {
  startBroker();
  startServer();
  startCar(modem, device);
}

void World::startAllAwake() {
  startAll({}, {"--idle", "600"});
  waitForPresence("awake", 30s);
}

bool World::usualModem() { return otherAnswers().empty(); }

std::chrono::seconds World::patient(std::chrono::seconds timeout) {
  return usualModem() ? timeout : timeout * kOtherModemPatience;
}

Finished World::ctl(Arguments arguments, std::chrono::milliseconds timeout) {
  arguments.insert(arguments.begin(), {program("smartkarctl"), "--dir", dir_});
  return runProgram(std::move(arguments), timeout);
}

std::unique_ptr<ChildProcess> World::send(const std::string& action, const Arguments& rest) {
  Arguments arguments = {program("smartkarctl"), "--dir", dir_, "send", ccid_, action, "--wait"};
  arguments.insert(arguments.end(), rest.begin(), rest.end());
  return std::make_unique<ChildProcess>(arguments);
}

std::int64_t World::post(const json::object& body) {
  const Finished result = runProgram({"curl", "-sS", "-X", "POST", "-H", "Authorization: Bearer " + token_, "-H",
                                      "Content-Type: application/json", "-d", json::serialize(body),
                                      url_ + "/api/v1/devices/" + ccid_ + "/commands"});
  const json::value answer = json::parse(result.output);
  require(answer.is_object() && answer.as_object().contains("id"), "not accepted: " + result.output);
  return answer.at("id").to_number<std::int64_t>();
}

json::value World::get(const std::string& path) {
  const Finished result = runProgram({"curl", "-sS", "-H", "Authorization: Bearer " + token_, url_ + "/api/v1" + path});
  require(result.exit_code == 0, "GET " + path + ": " + result.output);
  return json::parse(result.output);
}

json::object World::command(std::int64_t id) {
  return get("/devices/" + ccid_ + "/commands/" + std::to_string(id)).as_object();
}

json::object World::presence() { return get("/devices/" + ccid_).as_object(); }

template <class Look>
json::object World::waitFor(const Look& look, std::chrono::seconds timeout, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + patient(timeout);
  // First the stream, then the look, so that nothing happens unseen between them.
  ChildProcess stream({"curl", "-sSN", "-H", "Authorization: Bearer " + token_, url_ + "/api/v1/stream"});
  std::size_t seen = 0;
  stream.waitForText(":", 5s);
  for (;;) {
    if (std::optional<json::object> found = look()) return *found;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= 0ms || !stream.waitForText("data:", left, seen)) break;
    seen = stream.lineCount();
  }
  throw std::runtime_error("not within " + std::to_string(timeout.count()) + " s: " + what + "\n" + logs());
}

json::object World::waitForPresence(const std::string& wanted, std::chrono::seconds timeout) {
  return waitFor(
      [&]() -> std::optional<json::object> {
        json::object device = presence();
        if (device.at("presence").as_string() == wanted) return device;
        return std::nullopt;
      },
      timeout, "car " + wanted);
}

void World::waitUntilAsleep(std::chrono::seconds timeout) {
  expect(device_->waitForText("car asleep", patient(timeout)).has_value(), "car does not sleep");
  waitForPresence("asleep", timeout);
}

json::object World::waitForCommand(std::int64_t id, const std::function<bool(const json::object&)>& condition,
                                   std::chrono::seconds timeout) {
  return waitFor(
      [&]() -> std::optional<json::object> {
        json::object found = command(id);
        if (condition(found)) return found;
        return std::nullopt;
      },
      timeout, "command " + std::to_string(id));
}

json::object World::waitForFinal(std::int64_t id, std::chrono::seconds timeout) {
  return waitForCommand(
      id, [](const json::object& command) { return command.at("final").as_bool(); }, timeout);
}

Arguments World::brokerClient(const std::string& client, const std::string& channel) const {
  const std::string server = dir_ + "/server/";
  return {client,
          "-h",
          "127.0.0.1",
          "-p",
          std::to_string(server_port_),
          "--cafile",
          server + "ca.crt",
          "--cert",
          server + "server.crt",
          "--key",
          server + "server.key",
          "-q",
          "1",
          "-t",
          "smartkar/" + ccid_ + "/" + channel};
}

void World::publishRaw(const std::string& payload) {
  Arguments arguments = brokerClient("mosquitto_pub", "command");
  arguments.insert(arguments.end(), {"-m", payload});
  const Finished result = runProgram(arguments);
  require(result.exit_code == 0, "mosquitto_pub: " + result.output);
}

std::unique_ptr<ChildProcess> World::listen(const std::string& channel) {
  // Its output is a pipe, which it would fill before writing; its debug lines tell when the subscription stands.
  Arguments arguments = brokerClient("mosquitto_sub", channel);
  arguments.insert(arguments.begin(), {"stdbuf", "-oL"});
  arguments.push_back("-d");
  auto listener = std::make_unique<ChildProcess>(arguments);
  require(listener->waitForText("Subscribed", 10s).has_value(), "mosquitto_sub does not subscribe");
  return listener;
}

std::string World::modemControl(const std::string& line) {
  const UnixStream control(path("modem").string() + ".ctl");
  control.send(line + "\n");
  // The socket also tells every change of RI.
  for (;;) {
    std::string answer = control.line();
    if (!answer.starts_with("ri ")) return answer;
  }
}

std::vector<json::object> World::actuatorFrames() const {
  std::vector<json::object> frames;
  std::istringstream lines(readFile(path("actuators.log")));
  for (std::string line; std::getline(lines, line);) frames.push_back(json::parse(line).as_object());
  return frames;
}

std::string World::journal(std::int64_t id) const {
  return journalSays(path("storage") / "journal.flash", id).value_or("");
}

std::size_t World::effects() const {
  const auto frames = actuatorFrames();
  return static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), [](const json::object& frame) {
    const auto operation = frame.at("op").as_string();
    return operation == "start" || operation == "stop";
  }));
}

// The logs are read after the condition, which may have waited.
void World::expect(bool condition, const char* what) const {
  if (!condition) throw std::runtime_error(std::string(what) + "\n" + logs());
}

std::string World::logs() const {
  std::string text;
  const auto add = [&](const char* name, const std::unique_ptr<ChildProcess>& process) {
    if (!process) return;
    text += std::string("--- ") + name + "\n";
    const auto lines = process->lines();
    for (std::size_t i = lines.size() > 40 ? lines.size() - 40 : 0; i < lines.size(); ++i) text += lines[i] + "\n";
  };
  add("broker", broker_);
  add("server", server_);
  add("modem", modem_);
  add("device", device_);
  return text;
}

std::vector<std::string> path(const json::object& command) {
  std::vector<std::string> states;
  for (const json::value& entry : command.at("history").as_array()) {
    const json::object& step = entry.as_object();
    std::string state = step.at("state").as_string().c_str();
    if (const json::value* stage = step.if_contains("stage")) state += std::string("/") + stage->as_string().c_str();
    if (states.empty() || states.back() != state) states.push_back(state);
  }
  return states;
}

}  // namespace smartkar::test
