#include "test/crash/owners.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "server/http/test_client.hpp"

namespace smartkar::test {

namespace {

using namespace std::chrono_literals;

// Between two attempts of one request.
constexpr auto kPatience = 20ms;

// Both act on the vehicle; every start has another target, so that none is already fulfilled.
std::string bodyOf(unsigned round) {
  if (round % 2 == 1) return R"({"action":"vehicle.stopCharging"})";
  return R"({"action":"vehicle.startCharging","params":{"targetSoc":)" + std::to_string(20 + round % 80) + "}}";
}

}  // namespace

Owners::Owners(std::uint16_t port, std::string token, std::vector<std::string> ccids, std::chrono::milliseconds pause)
    : port_(port), token_(std::move(token)), ccids_(std::move(ccids)), pause_(pause), thread_([this] { run(); }) {}

std::vector<Owners::Accepted> Owners::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  return accepted_;
}

void Owners::run() {
  for (unsigned number = 0;; ++number) {
    const std::size_t car = number % ccids_.size();
    accepted_.push_back({car, ask(ccids_[car], number / static_cast<unsigned>(ccids_.size()))});
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, pause_, [this] { return stopping_; })) return;
  }
}

protocol::CommandId Owners::ask(const std::string& ccid, unsigned round) const {
  const std::string body = bodyOf(round);
  const std::string request = "POST /api/v1/devices/" + ccid + "/commands HTTP/1.1\r\nAuthorization: Bearer " + token_ +
                              "\r\nIdempotency-Key: " + std::to_string(round) +
                              "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
  for (;;) {
    server::TestClient client(port_);
    client.send(request);
    const server::TestResponse answer = client.receive();
    if (answer.status == 202 || answer.status == 200) {
      return boost::json::parse(answer.body).at("id").to_number<protocol::CommandId>();
    }
    std::this_thread::sleep_for(kPatience);
  }
}

}  // namespace smartkar::test
