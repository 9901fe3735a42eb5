#include "server/app/environment.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace smartkar::server {
namespace {

constexpr std::string_view kPrefix = "SMARTKAR_";

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

void insert(toml::table& section, const std::string& key, const std::string& value) {
  try {
    toml::table parsed = toml::parse("value = " + value, std::string("environment"));
    if (parsed.size() == 1) return void(section.insert_or_assign(key, std::move(*parsed.get("value"))));
  } catch (const toml::parse_error&) {
    // A host name, a path: a string whose quotes would be a nuisance in a shell.
  }
  section.insert_or_assign(key, value);
}

}  // namespace

void applyEnvironment(toml::table& root, std::span<const std::string> environment,
                      std::span<const std::string_view> sections) {
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(kPrefix) || equals == std::string::npos) continue;
    const std::string name = lowerCase(std::string_view(variable).substr(kPrefix.size(), equals - kPrefix.size()));
    const std::size_t divide = name.find('_');
    const std::string section = name.substr(0, divide);
    if (divide == std::string::npos || std::find(sections.begin(), sections.end(), section) == sections.end()) continue;
    if (!root.contains(section)) root.insert(section, toml::table());
    toml::table* const table = root.get(section)->as_table();
    if (table != nullptr) insert(*table, name.substr(divide + 1), variable.substr(equals + 1));
  }
}

}  // namespace smartkar::server
