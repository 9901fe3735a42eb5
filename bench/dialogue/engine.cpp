#include "bench/dialogue/engine.hpp"

namespace smartkar::bench {

std::string_view engineName(Engine engine) {
  switch (engine) {
    case Engine::Native:
      return "native";
    case Engine::Socket:
      return "socket";
    case Engine::Tcp:
      break;
  }
  return "tcp";
}

}  // namespace smartkar::bench
