// What the C++ library expects of its surroundings and the firmware never needs: no heap, no exceptions, no streams.
#include <cstddef>

#include "base/assert.hpp"
#include "ports/cortex_m/semihosting.hpp"

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

namespace smartkar {

void printAssertion(const char* what, const char* file, int) {
  for (const char* const part : {file, ": broken invariant: ", what, "\n"}) ports::semihosting::print(part);
}

}  // namespace smartkar

namespace std {

// Of string_view::substr and array::at.
void __throw_out_of_range_fmt(const char* what, ...) { smartkar::assertFailed(what, __FILE__, __LINE__); }

}  // namespace std
