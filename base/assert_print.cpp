#include <cstdio>

#include "base/assert.hpp"

namespace smartkar {

void printAssertion(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
}

}  // namespace smartkar
