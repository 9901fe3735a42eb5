#include "cli/reconnect.hpp"

#include <algorithm>
#include <ostream>

namespace smartkar::cli {
namespace {

constexpr std::chrono::milliseconds kFirstPause{200};
constexpr std::chrono::milliseconds kLongestPause{5000};
// A short interruption, as in a server's restart, is nobody's business.
constexpr int kFailuresBeforeRemark = 3;

}  // namespace

bool Reconnect::wait(Clock::time_point deadline) {
  if (++failures_ == kFailuresBeforeRemark) err_ << "The server does not answer; trying again...\n" << std::flush;
  const auto pause = std::min(kLongestPause, kFirstPause * (1 << std::min(failures_ - 1, 10)));
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return interrupt_.sleep(std::clamp(left, std::chrono::milliseconds(0), pause));
}

void Reconnect::succeeded() {
  if (failures_ >= kFailuresBeforeRemark) err_ << "The server is back.\n" << std::flush;
  failures_ = 0;
}

}  // namespace smartkar::cli
