#include "device/link/native_engine.hpp"
#include "ports/cortex_m/size/link_program.hpp"

namespace {

struct Program : smartkar::ports::size::Below {
  smartkar::device::NativeEngine engine{{sender_, files_, *this, log_, profile_}, scheduler_, saved_};
};

}  // namespace

int main() {
  smartkar::ports::size::begin();
  static Program program;
  program.run(program.engine);
}
