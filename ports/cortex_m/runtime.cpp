// What the C++ library expects of its surroundings and the firmware never needs: no heap, no exceptions, no streams.
#include <cstddef>
#include <cstdio>

#include "base/assert.hpp"
#include "ports/cortex_m/semihosting.hpp"

namespace {

int put(char c, FILE*) {
  const char text[] = {c, '\0'};
  smartkar::ports::semihosting::print(text);
  return 0;
}

FILE console = FDEV_SETUP_STREAM(put, nullptr, nullptr, _FDEV_SETUP_WRITE);

}  // namespace

FILE* const stderr = &console;

extern "C" {

void* __dso_handle = nullptr;

// Routines of libgcc name them for exceptions, which nobody throws; they would bring 6 KiB of unwinder.
void __aeabi_unwind_cpp_pr0() {}
void __aeabi_unwind_cpp_pr1() {}
void __aeabi_unwind_cpp_pr2() {}

// Nothing is destroyed at the end: there is none.
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }

[[noreturn]] void abort() { smartkar::ports::semihosting::exit(70); }

}  // extern "C"

// Destructors of interfaces name them; nobody deletes anything.
void operator delete(void*) noexcept { smartkar::assertFailed("operator delete", __FILE__, __LINE__); }
void operator delete(void*, std::size_t) noexcept { smartkar::assertFailed("operator delete", __FILE__, __LINE__); }

namespace std {

// Of string_view::substr and array::at.
void __throw_out_of_range_fmt(const char* what, ...) { smartkar::assertFailed(what, __FILE__, __LINE__); }

}  // namespace std
