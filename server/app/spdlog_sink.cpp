#include "server/app/spdlog_sink.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

namespace smartkar::server {

namespace {

spdlog::level::level_enum levelOf(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

SpdlogSink::SpdlogSink(LogLevel least)
    : logger_(
          std::make_shared<spdlog::logger>("smartkar", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>())) {
  logger_->set_formatter(
      std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc));
  logger_->set_level(levelOf(least));
}

SpdlogSink::~SpdlogSink() = default;

void SpdlogSink::setLeast(LogLevel least) { logger_->set_level(levelOf(least)); }

void SpdlogSink::write(LogLevel level, std::string_view part, std::string_view text) {
  logger_->log(levelOf(level), "{}: {}", part, text);
}

}  // namespace smartkar::server
