#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// What the emulator's host does for the program: Arm, Semihosting for AArch32 and AArch64, release 2.0.
namespace smartkar::ports::semihosting {

// Prints on the emulator's standard error.
void print(const char* text);
// The text given as `arg=`; empty if it does not fit.
std::string_view commandLine(std::span<char> into);
// Seconds since 1970 of the host.
std::uint32_t time();
// Nanoseconds since the emulator was started.
std::uint64_t elapsed();
// Ends the emulator with this exit status.
[[noreturn]] void exit(int status);

// A file of the host; open until the end of the program.
class File {
 public:
  enum class Mode : std::uint32_t { Read = 1, Update = 3, Create = 7 };  // "rb", "r+b", "w+b"

  // Nothing: it cannot be opened so.
  static std::optional<File> open(const char* path, Mode mode);
  std::size_t size() const;
  // False unless all bytes were read or written.
  bool read(std::size_t offset, std::span<std::uint8_t> into) const;
  bool write(std::size_t offset, std::span<const std::uint8_t> bytes) const;

 private:
  explicit File(std::uint32_t handle) : handle_(handle) {}
  bool seek(std::size_t offset) const;

  std::uint32_t handle_;
};

}  // namespace smartkar::ports::semihosting
