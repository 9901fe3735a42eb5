#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "device/link/server_link.hpp"

namespace smartkar::device {

// Keeps what arrives.
class RecordingSink : public InboundSink {
 public:
  void onCommand(std::string_view payload) override { payloads.emplace_back(payload); }
  std::vector<std::string> payloads;
};

}  // namespace smartkar::device
