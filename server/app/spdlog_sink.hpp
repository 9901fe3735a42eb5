#pragma once

#include <memory>
#include <string_view>

#include "base/log.hpp"

namespace spdlog {
class logger;
}

namespace smartkar::server {

// The server's log: lines on the error output, "2026-01-01T12:00:00.000Z info part: text".
class SpdlogSink : public LogSink {
 public:
  // least: lines of lower levels are left out.
  explicit SpdlogSink(LogLevel least);
  ~SpdlogSink() override;

  void setLeast(LogLevel least);
  void write(LogLevel level, std::string_view part, std::string_view text) override;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace smartkar::server
