#include <cstdio>
#include <cstring>

#include "bench/sim/car_life.hpp"

int main(int argc, char** argv) {
  using namespace smartkar::bench;
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  if (argc > (json ? 2 : 1)) {
    std::fprintf(stderr, "usage: smartkar-bench-sim [--json]\n");
    return 2;
  }
  constexpr int kMonth = 30;
  const CarLife life = liveQuietly(kMonth);
  if (json) {
    std::printf("{\"realtime_factor\":%.0f}\n", life.realtimeFactor());
    return 0;
  }
  const double seconds = std::chrono::duration<double>(life.processor_time).count();
  std::printf("%d days of one car: %d starts of its processor, %d states, in %.1f s of one core\n", kMonth, life.starts,
              life.samples, seconds);
  std::printf("%.0f times as fast as time\n", life.realtimeFactor());
  return 0;
}
