#include <algorithm>
#include <vector>

#include "server/core/types.hpp"

namespace smartkar::server {
namespace {

// The order in which what belongs to one object stands together: a dot before everything else.
bool objectByObject(const std::string* left, const std::string* right) {
  const auto rank = [](char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(left->begin(), left->end(), right->begin(), right->end(),
                                      [&](char a, char b) { return rank(a) < rank(b); });
}

// How many bytes of whole parts, dots included, both paths begin with.
std::size_t commonParts(std::string_view left, std::string_view right) {
  std::size_t common = 0;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()) && left[i] == right[i]; ++i) {
    if (left[i] == '.') common = i + 1;
  }
  return common;
}

}  // namespace

std::string stateJson(const StateFields& fields) {
  std::vector<const StateFields::value_type*> sorted;
  sorted.reserve(fields.size());
  for (const auto& field : fields) sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* left, const auto* right) { return objectByObject(&left->first, &right->first); });
  std::string out = "{";
  std::string_view before;
  for (const auto* field : sorted) {
    const std::string_view path = field->first;
    const std::size_t common = commonParts(before, path);
    out.append(
        static_cast<std::size_t>(std::count(before.begin() + static_cast<std::ptrdiff_t>(common), before.end(), '.')),
        '}');
    if (!before.empty()) out += ',';
    for (std::string_view rest = path.substr(common); !rest.empty();) {
      const std::size_t dot = rest.find('.');
      out.append("\"").append(rest.substr(0, dot)).append(dot == std::string_view::npos ? "\":" : "\":{");
      rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    out += field->second.json;
    before = path;
  }
  out.append(static_cast<std::size_t>(std::count(before.begin(), before.end(), '.')), '}');
  return out + '}';
}

}  // namespace smartkar::server
