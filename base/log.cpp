#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace smartkar {

void Log::write(LogLevel level, const char* format, std::va_list arguments) const {
  std::array<char, 200> line{};
  const int wanted = std::vsnprintf(line.data(), line.size(), format, arguments);
  if (wanted < 0) return;
  sink_.write(level, part_, {line.data(), std::min(static_cast<std::size_t>(wanted), line.size() - 1)});
}

#define SK_DEFINE_LEVEL(name, level)              \
  void Log::name(const char* format, ...) const { \
    std::va_list arguments;                       \
    va_start(arguments, format);                  \
    write(level, format, arguments);              \
    va_end(arguments);                            \
  }
SK_DEFINE_LEVEL(debug, LogLevel::Debug)
SK_DEFINE_LEVEL(info, LogLevel::Info)
SK_DEFINE_LEVEL(warning, LogLevel::Warning)
SK_DEFINE_LEVEL(error, LogLevel::Error)
#undef SK_DEFINE_LEVEL

}  // namespace smartkar
