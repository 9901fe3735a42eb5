#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::server {

// All that is wrong with a configuration, one sentence each, beginning with file and line.
using ConfigProblems = std::vector<std::string>;

// One table of a configuration file. Reads its keys and collects what is wrong with them; a key nobody asked for is
// wrong too.
class ConfigSection {
 public:
  // file: its name for messages. name: of the table. problems: outlives this, and so does root.
  ConfigSection(const toml::table& root, std::string file, std::string_view name, ConfigProblems& problems);

  // The table is there.
  bool present() const { return table_ != nullptr; }
  // The value; nothing if it is absent or wrong.
  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  // Of an array; empty if there is none.
  std::vector<std::string> texts(std::string_view key);
  // As text(); absent is wrong.
  std::optional<std::string> requiredText(std::string_view key);
  // The value of `key` cannot be used.
  void reject(std::string_view key, const std::string& why);
  // After all keys were asked for: names those that nobody knows.
  void finish();

 private:
  const toml::node* find(std::string_view key);

  const toml::table* table_ = nullptr;  // nullptr: absent
  const std::string file_;
  const std::string_view name_;
  ConfigProblems& problems_;
  std::vector<std::string_view> known_;
};

// "server.toml:3: ", or "environment: " (environment.hpp).
std::string position(const std::string& file, const toml::source_region& region);

}  // namespace smartkar::server
