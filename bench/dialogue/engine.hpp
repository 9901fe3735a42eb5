#pragma once

#include <cstdint>
#include <string_view>

namespace smartkar::bench {

enum class Engine : std::uint8_t {
  Native,  // the modem's MQTT client, over TLS
  Socket,  // our MQTT client over a TLS socket of the modem
  Tcp,     // the v2.2 envelope over a TLS socket of the modem
};
inline constexpr Engine kEngines[] = {Engine::Native, Engine::Socket, Engine::Tcp};
// "native", "socket", "tcp".
std::string_view engineName(Engine engine);

}  // namespace smartkar::bench
