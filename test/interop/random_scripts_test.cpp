#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "test/interop/comparison.hpp"

namespace smartkar::interop {
namespace {

// Tests are run in parallel, scripts within one are not.
constexpr std::uint64_t kTests = 8;

// SMARTKAR_INTEROP_SCRIPTS: how many scripts in all.
std::uint64_t scripts() {
  const char* const wanted = std::getenv("SMARTKAR_INTEROP_SCRIPTS");
  return wanted != nullptr ? std::stoull(wanted) : 200;
}

class RandomScripts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomScripts, LookTheSameOnMosquittoAndOnTheModel) {
  std::size_t steps = 0;
  std::size_t packets = 0;
  std::uint64_t count = 0;
  for (std::uint64_t seed = GetParam(); seed < scripts(); seed += kTests) {
    const Comparison comparison = compare(makeScript(seed));
    ASSERT_TRUE(comparison.difference.empty()) << "seed " << seed << "\n" << comparison.difference;
    steps += comparison.steps;
    packets += comparison.packets;
    ++count;
  }
  std::cout << count << " scripts, " << steps << " steps, " << packets << " packets compared\n";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomScripts, testing::Range(std::uint64_t{0}, kTests));

}  // namespace
}  // namespace smartkar::interop
