#include "base/arena.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smartkar {
namespace {

constexpr std::size_t roundUp(std::size_t bytes) {
  constexpr std::size_t kAlign = alignof(std::max_align_t);
  return (bytes + kAlign - 1) / kAlign * kAlign;
}

}  // namespace

void* Arena::allocate(std::size_t bytes) {
  const std::size_t needed = roundUp(bytes);
  if (needed > memory_.size() - used_) assertFailed("arena exhausted", __FILE__, __LINE__);
  void* frame = memory_.data() + used_;
  used_ += needed;
  high_water_ = std::max(high_water_, used_);
  return frame;
}

void Arena::release(void* frame, std::size_t bytes) {
  const std::size_t needed = roundUp(bytes);
  SK_ASSERT(needed <= used_ && frame == memory_.data() + (used_ - needed));
  used_ -= needed;
}

}  // namespace smartkar
