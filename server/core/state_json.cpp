#include <vector>

#include "server/core/types.hpp"

namespace smartkar::server {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t dot; (dot = path.find('.')) != std::string_view::npos; path.remove_prefix(dot + 1)) {
    parts.push_back(path.substr(0, dot));
  }
  parts.push_back(path);
  return parts;
}

// Paths may share a prefix without standing together in the map, so a tree collects them.
struct Node {
  std::map<std::string_view, Node> children;
  const std::string* value = nullptr;
};

void write(const Node& node, std::string& out) {
  if (node.value != nullptr) {
    out += *node.value;
    return;
  }
  char separator = '{';
  if (node.children.empty()) out += separator;
  for (const auto& [name, child] : node.children) {
    out += separator;
    out.append("\"").append(name).append("\":");
    write(child, out);
    separator = ',';
  }
  out += '}';
}

}  // namespace

std::string stateJson(const StateFields& fields) {
  Node root;
  for (const auto& [path, field] : fields) {
    Node* node = &root;
    for (const std::string_view part : split(path)) node = &node->children[part];
    node->value = &field.json;
  }
  std::string out;
  write(root, out);
  return out;
}

}  // namespace smartkar::server
