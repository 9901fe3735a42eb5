#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "broker/problem.hpp"

namespace smartkar::broker {

enum class Access {
  Private,  // 0600: keys, tokens
  Public,   // 0644: certificates, settings without secrets
};

// Writes a whole file so that a reader, also after a power cut, sees the old text or the new one: a new file with the
// right permissions from the start, flushed, renamed over the old. Fails with FileFailed.
Result<void, Problem> writeFile(const std::filesystem::path& path, std::string_view text, Access access);

// Fails with NotFound or FileFailed.
Result<std::string, Problem> readFile(const std::filesystem::path& path);

// Makes a directory only its owner can look into (0700), with its parents; fine if it is there already.
Result<void, Problem> makeDirectory(const std::filesystem::path& path);

}  // namespace smartkar::broker
