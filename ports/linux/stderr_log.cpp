#include "ports/linux/stderr_log.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "protocol/json_writer.hpp"

namespace smartkar::ports {
namespace {

const char* levelName(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      break;
  }
  return "error";
}

}  // namespace

void StderrLog::write(LogLevel level, std::string_view part, std::string_view text) {
  if (level < least_) return;
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  if (json_) {
    std::array<char, 1024> line{};
    protocol::JsonWriter writer(line);
    writer.beginObject().key("ms").integer(ms).key("level").string(levelName(level)).key("part").string(part);
    writer.key("text").string(text).endObject();
    if (const auto done = writer.finish(); done.ok()) {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(done->size()), done->data());
    }
    return;
  }
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 16> clock{};
  std::strftime(clock.data(), clock.size(), "%H:%M:%S", &local);
  std::fprintf(stderr, "%s.%03d %-7s %-8.*s %.*s\n", clock.data(), static_cast<int>(ms % 1000), levelName(level),
               static_cast<int>(part.size()), part.data(), static_cast<int>(text.size()), text.data());
}

}  // namespace smartkar::ports
