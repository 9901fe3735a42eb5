#include "device/app/testing/heap_guard.hpp"

#include <gtest/gtest.h>

#include <new>

namespace smartkar::device {
namespace {

TEST(HeapGuardDeathTest, AllocationUnderTheGuardEndsTheProgram) {
  EXPECT_DEATH(
      {
        const HeapGuard guard;
        // A direct call, which the compiler must not leave out.
        ::operator delete(::operator new(1));
      },
      "heap used after set-up");
}

}  // namespace
}  // namespace smartkar::device
