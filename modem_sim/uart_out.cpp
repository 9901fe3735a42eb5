#include "modem_sim/uart_out.hpp"

#include <algorithm>

namespace smartkar::modem_sim {
namespace {
// Bytes handed over at once: fine enough for a power cut in mid-line, coarse enough for a fast simulation.
constexpr std::size_t kPiece = 16;
constexpr std::int64_t kBitsPerByte = 10;
}  // namespace

void UartOut::write(std::string chunk, Duration hold) {
  queue_.push_back({std::move(chunk), events_.now() + std::max(hold, Duration{0})});
  pump();
}

void UartOut::writeUrc(std::string chunk) {
  const auto held = std::find_if(queue_.begin() + (sending_ ? 1 : 0), queue_.end(),
                                 [this](const Chunk& other) { return other.not_before > events_.now(); });
  queue_.insert(held, {std::move(chunk), events_.now()});
  pump();
}

void UartOut::clear() {
  events_.cancel(timer_);
  queue_.clear();
  sending_ = false;
}

void UartOut::pump() {
  if (sending_ || queue_.empty()) return;
  events_.cancel(timer_);
  const Duration hold = queue_.front().not_before - events_.now();
  if (hold > Duration{0}) {
    timer_ = events_.after(hold, EventQueue::Owner::Firmware, [this] { pump(); });
  } else {
    sending_ = true;
    sendPiece();
  }
}

void UartOut::sendPiece() {
  const std::size_t size = std::min(kPiece, queue_.front().text.size());
  const Duration time{static_cast<std::int64_t>(size) * kBitsPerByte * 1'000'000 / baud_};
  timer_ = events_.after(time, EventQueue::Owner::Firmware, [this, size] {
    std::string& text = queue_.front().text;
    const std::string piece = text.substr(0, size);
    text.erase(0, size);
    const bool done = text.empty();
    if (done) {
      queue_.pop_front();
      sending_ = false;
    } else {
      sendPiece();
    }
    sink_(piece);
    if (done) pump();
  });
}

}  // namespace smartkar::modem_sim
