#pragma once

namespace smartkar {

// Called when an invariant is broken. Never returns; a port records the reason before it restarts.
// what: the failed expression. file, line: where it stands.
using AssertHandler = void (*)(const char* what, const char* file, int line);

// The handler that runs first: prints to standard error. A port without one defines its own.
void printAssertion(const char* what, const char* file, int line);

// Replaces the handler that runs before the program ends (default: printAssertion).
void setAssertHandler(AssertHandler handler);

[[noreturn]] void assertFailed(const char* what, const char* file, int line);

}  // namespace smartkar

// For broken invariants only, never for bad input. Active in every build: a car that goes on with a broken invariant
// may actuate; one that restarts answers from its journal.
#define SK_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::smartkar::assertFailed(#condition, __FILE__, __LINE__))
