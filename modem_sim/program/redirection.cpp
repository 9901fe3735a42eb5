#include "modem_sim/program/redirection.hpp"

#include <algorithm>
#include <charconv>

namespace smartkar::modem_sim {
namespace {

// The text up to the next colon or the end, which both are removed.
std::string_view takeField(std::string_view& text) {
  const std::string_view field = text.substr(0, text.find(':'));
  text.remove_prefix(std::min(field.size() + 1, text.size()));
  return field;
}

std::optional<std::uint16_t> portOf(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

std::optional<Redirection> parseRedirection(std::string_view text) {
  const std::string_view host = takeField(text);
  const auto port = portOf(takeField(text));
  const std::string_view new_host = takeField(text);
  const auto new_port = portOf(takeField(text));
  if (host.empty() || !port || new_host.empty() || !new_port || !text.empty()) return std::nullopt;
  return Redirection{std::string(host), *port, std::string(new_host), *new_port};
}

}  // namespace smartkar::modem_sim
