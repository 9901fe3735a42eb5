#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace smartkar {
namespace {

void printFailure(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
}

AssertHandler current_handler = printFailure;

}  // namespace

void setAssertHandler(AssertHandler handler) { current_handler = handler; }

void assertFailed(const char* what, const char* file, int line) {
  current_handler(what, file, line);
  std::abort();
}

}  // namespace smartkar
