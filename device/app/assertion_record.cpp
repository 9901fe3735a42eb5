#include "device/app/assertion_record.hpp"

#include "base/assert.hpp"

namespace smartkar::device {
namespace {

RestartMemory* recorded_in = nullptr;
void (*restart_program)() = nullptr;

void record(const char* what, const char* file, int line) {
  recorded_in->end(CrashCause::Assertion, what, file, static_cast<std::uint32_t>(line));
  restart_program();
}

}  // namespace

void recordAssertions(RestartMemory& memory, void (*restart)()) {
  recorded_in = &memory;
  restart_program = restart;
  setAssertHandler(record);
}

}  // namespace smartkar::device
