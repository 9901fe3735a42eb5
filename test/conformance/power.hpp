#pragma once

namespace smartkar::conformance {

// The car's supply. When it fails in the middle of a turn, what the code still does has no effect any more.
struct Power {
  bool on = true;
};

}  // namespace smartkar::conformance
