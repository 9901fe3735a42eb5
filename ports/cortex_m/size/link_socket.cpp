#include "device/link/modem_socket.hpp"
#include "device/link/socket_engine.hpp"
#include "ports/cortex_m/size/link_program.hpp"

namespace {

struct Program : smartkar::ports::size::Below {
  smartkar::device::ModemSocket socket{sender_, modem_, files_, scheduler_, log_, 0};
  smartkar::device::SocketEngine engine{{sender_, files_, *this, log_, profile_}, socket, scheduler_, saved_};
};

}  // namespace

int main() {
  smartkar::ports::size::begin();
  static Program program;
  program.run(program.engine);
}
