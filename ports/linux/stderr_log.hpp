#pragma once

#include "base/log.hpp"

namespace smartkar::ports {

// One line an entry on standard error: local time, level, part, text; or one JSON object a line.
class StderrLog : public LogSink {
 public:
  StderrLog(LogLevel least, bool json) : least_(least), json_(json) {}
  void write(LogLevel level, std::string_view part, std::string_view text) override;

 private:
  LogLevel least_;
  bool json_;
};

}  // namespace smartkar::ports
