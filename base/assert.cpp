#include "base/assert.hpp"

#include <cstdlib>

namespace smartkar {
namespace {

AssertHandler current_handler = printAssertion;

}  // namespace

void setAssertHandler(AssertHandler handler) { current_handler = handler; }

void assertFailed(const char* what, const char* file, int line) {
  current_handler(what, file, line);
  std::abort();
}

}  // namespace smartkar
