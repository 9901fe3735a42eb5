#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace smartkar::bench {

// What every benchmark of the server takes.
struct Options {
  bool json = false;   // one JSON object as the only line
  bool peer = true;    // ingest: beside the Node.js program of bench/peers, which must have been built
  bool quick = false;  // seconds instead of minutes: shows that it runs, its figures mean little
};

// Ends the program with 2 at an option it does not know.
inline Options parseOptions(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--json") {
      options.json = true;
    } else if (argument == "--quick") {
      options.quick = true;
    } else if (argument == "--no-peer") {
      options.peer = false;
    } else {
      std::fprintf(stderr, "usage: %s [--json] [--quick] [--no-peer]\n", arguments[0]);
      std::exit(2);
    }
  }
  return options;
}

}  // namespace smartkar::bench
