#include "server/app/config_section.hpp"

#include <algorithm>
#include <utility>

#include "server/app/nearest.hpp"

namespace smartkar::server {

std::string position(const std::string& file, const toml::source_region& region) {
  // The file is parsed without a name; what comes from the environment has another, or no position.
  if (region.path || region.begin.line == 0) return "environment: ";
  return file + ":" + std::to_string(region.begin.line) + ": ";
}

ConfigSection::ConfigSection(const toml::table& root, std::string file, std::string_view name, ConfigProblems& problems)
    : file_(std::move(file)), name_(name), problems_(problems) {
  const toml::node* node = root.get(name);
  if (node == nullptr) return;
  table_ = node->as_table();
  if (table_ == nullptr) {
    problems_.push_back(position(file_, node->source()) + std::string(name) + " must be a table: [" +
                        std::string(name) + "]");
  }
}

const toml::node* ConfigSection::find(std::string_view key) {
  known_.push_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

void ConfigSection::reject(std::string_view key, const std::string& why) {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  const std::string where = node != nullptr ? position(file_, node->source()) : file_ + ": ";
  problems_.push_back(where + std::string(name_) + "." + std::string(key) + " " + why);
}

std::optional<std::string> ConfigSection::text(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  auto value = node->value_exact<std::string>();
  if (!value || value->empty()) {
    reject(key, "must be a string that is not empty");
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> ConfigSection::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= min && *value <= max) return value;
  reject(key, "must be a whole number, " + std::to_string(min) + "-" + std::to_string(max));
  return std::nullopt;
}

std::vector<std::string> ConfigSection::texts(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* const array = node->as_array();
  std::vector<std::string> values;
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    if (auto value = array->get(i)->value_exact<std::string>()) values.push_back(*std::move(value));
  }
  if (array != nullptr && values.size() == array->size()) return values;
  reject(key, "must be an array of strings");
  return {};
}

std::optional<std::string> ConfigSection::requiredText(std::string_view key) {
  auto value = text(key);
  if (table_ == nullptr || !table_->contains(key)) reject(key, "is missing");
  return value;
}

void ConfigSection::finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, value] : *table_) {
    const std::string_view name = key.str();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    std::string problem = position(file_, key.source()) + "unknown key " + std::string(name_) + "." + std::string(name);
    const std::string_view meant = nearest(name, known_);
    if (!meant.empty()) problem += "; did you mean " + std::string(name_) + "." + std::string(meant) + "?";
    problems_.push_back(std::move(problem));
  }
}

}  // namespace smartkar::server
