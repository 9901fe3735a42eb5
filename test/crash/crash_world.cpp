#include "test/crash/crash_world.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include "broker/mosquitto_config.hpp"
#include "server/store/open_store.hpp"
#include "test/support/loopback.hpp"

namespace smartkar::test {

namespace {

using namespace std::chrono_literals;

std::vector<std::string> ccids(std::size_t count, const std::string& prefix) {
  std::vector<std::string> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(prefix + std::to_string(1000 + i));
  return all;
}

MosquittoOptions asInstalled(MosquittoOptions options) {
  options.global_lines += "\n" + broker::mosquittoLimits();
  options.log_type = "notice";
  return options;
}

}  // namespace

CrashWorld::CrashWorld(std::string store, MosquittoOptions options)
    : broker_(asInstalled(std::move(options))),
      store_(store.empty() ? (directory_.path() / "smartkar.db").string() : std::move(store)),
      http_port_(freeLoopbackPort()),
      reporters_(ccids(kReporters, "898830300000001")),
      drivers_(ccids(kDrivers, "898830300000002")) {
  for (const auto* cars : {&reporters_, &drivers_}) {
    for (const std::string& ccid : *cars) std::filesystem::create_directories(directory_.path() / "devices" / ccid);
  }
  std::ofstream(directory_.path() / "token") << kToken << '\n';
  writeConfig();
}

void CrashWorld::writeConfig() const {
  const char* const store_key = store_.starts_with("postgresql://") ? "url" : "path";
  std::ofstream(directory_.path() / "server.toml")
      << "[mqtt]\nport = " << broker_.port() << "\n[http]\nlisten = '127.0.0.1:" << http_port_
      << "'\ntoken_file = 'token'\nrequests_per_second = 0\n[store]\n"
      << store_key << " = '" << store_ << "'\n[devices]\ndirectory = 'devices'\n[log]\nlevel = 'info'\n";
}

void CrashWorld::startServer(std::vector<std::string> wrapper) {
  wrapper.insert(wrapper.end(), {SMARTKAR_SERVER, "--config", (directory_.path() / "server.toml").string()});
  server_ = std::make_unique<ChildProcess>(std::move(wrapper));
  if (!server_->waitForText("listening on http://", 30s)) throw std::runtime_error("server does not listen");
}

bool CrashWorld::waitForBroker(std::size_t from) {
  return server_->waitForText("smartkar-server-control: connected", 60s, from).has_value() &&
         server_->waitForText("smartkar-server-bulk: connected", 60s, from).has_value();
}

std::unique_ptr<server::Store> CrashWorld::openStore() const {
  auto store = server::openStore(store_);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

}  // namespace smartkar::test
