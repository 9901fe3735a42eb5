#pragma once

#include <span>
#include <string_view>

namespace smartkar::server {

// The word of `known` that `given` was probably meant to be; empty if none is close.
std::string_view nearest(std::string_view given, std::span<const std::string_view> known);

}  // namespace smartkar::server
