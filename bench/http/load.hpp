#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smartkar::bench {

// What clients of an HTTP server on this machine saw.
struct Load {
  double per_second = 0;
  std::size_t body_bytes = 0;  // of the latest answer
  std::vector<double> ms;      // of each request, from sending it until the answer is read
};

// So many clients over a kept connection each, asking without pause, in one thread.
struct LoadPlan {
  std::size_t clients = 16;
  std::chrono::milliseconds time{2000};
};

// requests: asked one after the other, by every client from another one on; at least one. Throws at any answer but 200.
Load load(std::uint16_t port, const std::vector<std::string>& requests, const LoadPlan& plan);

}  // namespace smartkar::bench
