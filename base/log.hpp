#pragma once

#include <cstdarg>
#include <cstdint>
#include <string_view>

namespace smartkar {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

// Where log lines go; handed in, never global. Implementations must not block and must not call back.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // part: who speaks ("modem"). text: one line without a line end, valid only during the call.
  virtual void write(LogLevel level, std::string_view part, std::string_view text) = 0;
};

// A part's handle on the sink. Formats on the stack; a line over 200 bytes is cut.
class Log {
 public:
  Log(LogSink& sink, std::string_view part) : sink_(sink), part_(part) {}

  void debug(const char* format, ...) const __attribute__((format(printf, 2, 3)));
  void info(const char* format, ...) const __attribute__((format(printf, 2, 3)));
  void warning(const char* format, ...) const __attribute__((format(printf, 2, 3)));
  void error(const char* format, ...) const __attribute__((format(printf, 2, 3)));

 private:
  void write(LogLevel level, const char* format, std::va_list arguments) const;

  LogSink& sink_;
  std::string_view part_;
};

// Keeps nothing.
class NullLogSink : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view) override {}
};

}  // namespace smartkar
