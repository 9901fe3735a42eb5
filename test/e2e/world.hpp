#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::test {

using Arguments = std::vector<std::string>;

// Everything a user runs, for one test: provisioned directory, Mosquitto, server, modem simulator and car, each a real
// program on loopback. A part runs from its start…() until its kill…() or the end of the test.
class World {
 public:
  World();

  void startBroker();
  // Text at the end of the server's configuration, before it is started.
  void configureServer(const std::string& toml) const;
  void startServer();
  // Ends it as an operator does.
  void stopServer();
  // Adds a line to a section of its configuration file, for the next start.
  void setServer(const std::string& section, const std::string& line) const;
  // Where it lets cars in, with TLS and, as the running server says, without.
  std::uint16_t tcpPort() const { return tcp_port_; }
  std::uint16_t legacyPort();
  // Copies the server's data away, and back once it has been stopped.
  void backUp();
  void restore();
  // False: this run's modem differs from the usual one.
  static bool usualModem();
  // How long to wait for what the usual modem does within `timeout`; the waits below do so by themselves.
  static std::chrono::seconds patient(std::chrono::seconds timeout);

  // The modem alone, for a device that is not smartkar-device. modem: further options.
  void startModem(const Arguments& modem = {});
  // Its terminal; beside it, with ".ctl", its control socket.
  std::string modemTerminal() const { return path("modem"); }
  // Made by `smartkarctl device add`.
  std::string deviceDirectory() const { return dir_ + "/devices/" + ccid_; }
  // modem, device: further options of smartkar-modem-sim and smartkar-device.
  void startCar(const Arguments& modem = {}, const Arguments& device = {});
  // Starts the device again with its storage and the options of startCar(); the modem goes on.
  void startDevice();
  // Broker, server and a car.
  void startAll(const Arguments& modem = {}, const Arguments& device = {});
  // The same with a car that stays awake, once the server knows it.
  void startAllAwake();

  ChildProcess& broker() { return *broker_; }
  ChildProcess& server() { return *server_; }
  ChildProcess& modem() { return *modem_; }
  ChildProcess& device() { return *device_; }

  const std::string& ccid() const { return ccid_; }
  // Made by `smartkarctl init`.
  const std::string& directory() const { return dir_; }
  // Of the HTTP API, without a path.
  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }

  // smartkarctl, to its end.
  Finished ctl(Arguments arguments, std::chrono::milliseconds timeout = std::chrono::seconds(30));
  // `smartkarctl send CCID ACTION … --wait`, still running.
  std::unique_ptr<ChildProcess> send(const std::string& action, const Arguments& rest = {});
  // Stores a command over the API and returns its id. body: the JSON of POST …/commands.
  std::int64_t post(const boost::json::object& body);

  // GET of a path below /api/v1.
  boost::json::value get(const std::string& path);
  boost::json::object command(std::int64_t id);
  boost::json::object presence();

  // Waits, on the live stream, until the condition holds for the car or the command. Fails the test at the deadline.
  boost::json::object waitForPresence(const std::string& presence, std::chrono::seconds timeout);
  // The processor of the car is asleep and the server knows it: later than the announcement, after which the car still
  // listens for a moment.
  void waitUntilAsleep(std::chrono::seconds timeout);
  boost::json::object waitForCommand(std::int64_t id, const std::function<bool(const boost::json::object&)>& condition,
                                     std::chrono::seconds timeout);
  boost::json::object waitForFinal(std::int64_t id, std::chrono::seconds timeout);

  // Publishes on the car's command topic as the server's identity; anything goes.
  void publishRaw(const std::string& payload);
  // Prints what arrives on one of the car's topics from now on, a payload a line.
  std::unique_ptr<ChildProcess> listen(const std::string& channel);
  // A line to the modem simulator's control socket; its answer.
  std::string modemControl(const std::string& line);

  // One object for each frame that moved something in the car.
  std::vector<boost::json::object> actuatorFrames() const;
  // What the car's journal in flash says of a command: "received", "completed", …; empty: nothing.
  std::string journal(std::int64_t id) const;
  // How often the vehicle was told to start or stop something.
  std::size_t effects() const;

 private:
  std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }
  std::string database() const { return dir_ + "/server/smartkar.db"; }
  // Repeats `look` after each message of the stream until it returns something.
  template <class Look>
  boost::json::object waitFor(const Look& look, std::chrono::seconds timeout, const std::string& what);
  void expect(bool condition, const char* what) const;
  std::string logs() const;
  // mosquitto_pub or mosquitto_sub with the server's identity, on one of the car's topics.
  Arguments brokerClient(const std::string& client, const std::string& channel) const;

  TemporaryDirectory directory_;
  std::string dir_;
  std::string ccid_;
  std::string url_;
  std::string token_;
  std::uint16_t server_port_;  // the broker's listener for servers
  std::uint16_t tcp_port_;     // the server's, for cars
  Arguments device_options_;
  std::unique_ptr<ChildProcess> broker_;
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<ChildProcess> modem_;
  std::unique_ptr<ChildProcess> device_;
};

// The states a command went through, each once, stages included: "queued", "in_progress/sending_command", …
std::vector<std::string> path(const boost::json::object& command);

}  // namespace smartkar::test
