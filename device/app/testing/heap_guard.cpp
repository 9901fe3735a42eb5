#include "device/app/testing/heap_guard.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

namespace {

thread_local int guard_depth = 0;

void* allocate(std::size_t bytes) {
  if (guard_depth > 0) {
    std::fputs("heap used after set-up\n", stderr);
    std::abort();
  }
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace smartkar::device {

HeapGuard::HeapGuard() { ++guard_depth; }
HeapGuard::~HeapGuard() { --guard_depth; }
HeapPause::HeapPause() : depth_(std::exchange(guard_depth, 0)) {}
HeapPause::~HeapPause() { guard_depth = depth_; }

}  // namespace smartkar::device
