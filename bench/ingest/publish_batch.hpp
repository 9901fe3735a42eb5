#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::bench {

// PUBLISH packets (MQTT 5, QoS 1) one after the other, ready to be sent; their ids count from 1 and begin anew after
// 65,535, which a window of unacknowledged ones never reaches.
class PublishBatch {
 public:
  // topic, payload: shorter than 1 KiB together.
  void add(std::string_view topic, std::string_view payload);

  std::size_t size() const { return ends_.size(); }
  // Packets `from` up to, not including, `to`.
  std::span<const std::uint8_t> bytes(std::size_t from, std::size_t to) const;

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::size_t> ends_;
};

// When each packet of a batch was sent and acknowledged.
struct Pumped {
  std::vector<std::chrono::steady_clock::time_point> sent;
  std::vector<std::chrono::steady_clock::time_point> acknowledged;
};

// Ids of so many cars.
std::vector<std::string> carIds(std::size_t count);

// What awake cars tell while they drive, charge and stand, as the firmware encodes it.
class CarsTelemetry {
 public:
  // cars: their ids; at least one.
  explicit CarsTelemetry(std::span<const std::string> cars)
      : cars_(cars.begin(), cars.end()), sequences_(cars.size()) {}

  // The next messages: of one car after the other, one domain each.
  PublishBatch next(std::size_t count);

 private:
  std::string payload(std::size_t car);

  std::vector<std::string> cars_;
  std::vector<std::uint32_t> sequences_;  // the latest of each car
  std::size_t told_ = 0;
};

}  // namespace smartkar::bench
