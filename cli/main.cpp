#include <iostream>

#include "cli/interrupt.hpp"
#include "cli/run.hpp"

int main(int argc, char** argv) {
  smartkar::cli::Interrupt interrupt;
  interrupt.catchSignals();
  return smartkar::cli::run({argv + 1, argv + argc}, {std::cout, std::cerr}, interrupt);
}
