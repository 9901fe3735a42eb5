#pragma once

#include <span>
#include <string_view>

namespace smartkar::web {

// One file of the dashboard, as a browser asks for it.
struct Asset {
  std::string_view path;     // "/": the page itself
  std::string_view type;     // for Content-Type
  std::string_view etag;     // with its quotes; changes with the content
  std::string_view content;  // as it is
  std::string_view gzip;     // the same compressed; empty: not worth it
  std::string_view br;
};

// All files of the dashboard. Written by web/tools/embed.mjs from what `vite build` makes.
std::span<const Asset> assets();

}  // namespace smartkar::web
