#include "ports/cortex_m/semihosting.hpp"

#include <array>
#include <cstring>

namespace smartkar::ports::semihosting {
namespace {

enum class Operation : std::uint32_t {
  Open = 0x01,
  Write0 = 0x04,
  Write = 0x05,
  Read = 0x06,
  Seek = 0x0A,
  FileLength = 0x0C,
  Time = 0x11,
  CommandLine = 0x15,
  ExitExtended = 0x20,
  Elapsed = 0x30,
};

constexpr std::uint32_t kApplicationExit = 0x20026;
constexpr std::uint32_t kFailed = 0xFFFFFFFF;

std::uint32_t call(Operation operation, const void* block) {
  register std::uint32_t r0 asm("r0") = static_cast<std::uint32_t>(operation);
  register const void* r1 asm("r1") = block;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

std::uint32_t word(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

}  // namespace

void print(const char* text) { call(Operation::Write0, text); }

std::string_view commandLine(std::span<char> into) {
  std::array<std::uint32_t, 2> block{word(into.data()), into.size()};
  if (call(Operation::CommandLine, block.data()) != 0) return {};
  return {into.data(), block[1]};
}

std::uint32_t time() { return call(Operation::Time, nullptr); }

std::uint64_t elapsed() {
  std::uint64_t ticks = 0;
  call(Operation::Elapsed, &ticks);
  return ticks;
}

void exit(int status) {
  const std::array<std::uint32_t, 2> block{kApplicationExit, static_cast<std::uint32_t>(status)};
  for (;;) call(Operation::ExitExtended, block.data());
}

std::optional<File> File::open(const char* path, Mode mode) {
  const std::array<std::uint32_t, 3> block{word(path), static_cast<std::uint32_t>(mode),
                                           static_cast<std::uint32_t>(std::strlen(path))};
  const std::uint32_t handle = call(Operation::Open, block.data());
  if (handle == kFailed) return std::nullopt;
  return File(handle);
}

std::size_t File::size() const { return call(Operation::FileLength, &handle_); }

bool File::seek(std::size_t offset) const {
  const std::array<std::uint32_t, 2> block{handle_, static_cast<std::uint32_t>(offset)};
  return call(Operation::Seek, block.data()) == 0;
}

bool File::read(std::size_t offset, std::span<std::uint8_t> into) const {
  const std::array<std::uint32_t, 3> block{handle_, word(into.data()), static_cast<std::uint32_t>(into.size())};
  return seek(offset) && call(Operation::Read, block.data()) == 0;
}

bool File::write(std::size_t offset, std::span<const std::uint8_t> bytes) const {
  const std::array<std::uint32_t, 3> block{handle_, word(bytes.data()), static_cast<std::uint32_t>(bytes.size())};
  return seek(offset) && call(Operation::Write, block.data()) == 0;
}

}  // namespace smartkar::ports::semihosting
