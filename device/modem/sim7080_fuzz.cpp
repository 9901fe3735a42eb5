// Feeds arbitrary text to every reader of modem lines: what they accept must keep its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "device/modem/sim7080.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace sim7080 = smartkar::device::sim7080;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto inbound = sim7080::parseInbound(text)) {
    require(!inbound->topic.empty() && inbound->topic.find('"') == std::string_view::npos);
    require(inbound->hex.size() % 2 == 0 && inbound->topic.size() + inbound->hex.size() < size);
  }
  if (const auto ccid = sim7080::parseCcid(text)) require(ccid->size() == 19 || ccid->size() == 20);
  if (const auto dbm = sim7080::parseSignal(text)) require(*dbm >= -115 && *dbm <= -52);
  if (const auto state = sim7080::parseMqttState(text)) require(*state >= 0 && *state <= 2);
  if (const auto result = sim7080::parseSocketOpen(text, 1)) require(*result >= 0 && *result < 100);
  if (const auto state = sim7080::parseSocketState(text)) require(state->id >= 0 && state->id <= 12);
  if (const auto id = sim7080::parseSocketData(text)) require(*id >= 0 && *id <= 12);
  static_cast<void>(sim7080::parseSim(text));
  static_cast<void>(sim7080::parseRegistration(text));
  static_cast<void>(sim7080::parseBearerUrc(text));
  static_cast<void>(sim7080::parseFileSize(text));
  const smartkar::device::AtResponse response(text);
  static_cast<void>(sim7080::parseBearer(response));
  static_cast<void>(sim7080::parseGrantedEdrx(response.first()));
  static_cast<void>(sim7080::parseOperator(response.first()));
  smartkar::device::CommandLine line;
  for (const char c : sim7080::mqttSubscribe(line, text).line) require(c >= 0x20 && c < 0x7F);
  for (const char c : sim7080::mqttEscaped(line, "MESSAGE", text, 1024).line) require(c >= 0x20 && c < 0x7F);
  for (const char c : sim7080::socketOpen(line, 1, text, 1).line) require(c >= 0x20 && c < 0x7F);
  return 0;
}
