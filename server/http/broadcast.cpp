#include "server/http/broadcast.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace smartkar::server {

std::string Broadcast::Viewer::take() { return std::exchange(waiting_, {}); }

std::shared_ptr<Broadcast::Viewer> Broadcast::join(std::string ccid, std::string_view last_seen,
                                                   std::function<void()> wake) {
  auto viewer = std::make_shared<Viewer>();
  viewer->ccid_ = std::move(ccid);
  viewer->wake_ = std::move(wake);
  if (!last_seen.empty()) replay(last_seen, *viewer);
  viewers_[viewer.get()] = viewer;
  return viewer;
}

void Broadcast::publish(std::string_view name, std::string_view ccid, std::string_view json) {
  std::string text = "id: " + std::to_string(next_id_++) + "\nevent: ";
  (((text += name) += "\ndata: ") += json) += "\n\n";
  for (auto entry = viewers_.begin(); entry != viewers_.end();) {
    const auto viewer = entry->second.lock();
    if (!viewer || viewer->overrun_) {
      entry = viewers_.erase(entry);
      continue;
    }
    ++entry;
    if (!viewer->ccid_.empty() && viewer->ccid_ != ccid) continue;
    const bool was_empty = viewer->waiting_.empty();
    viewer->overrun_ = viewer->waiting_.size() + text.size() > kWaitingBytesMax;
    if (!viewer->overrun_) viewer->waiting_ += text;
    if (was_empty || viewer->overrun_) viewer->wake_();
  }
  keep(ccid, std::move(text));
}

void Broadcast::replay(std::string_view last_seen, Viewer& viewer) const {
  std::uint64_t seen = 0;
  const auto [end, error] = std::from_chars(last_seen.data(), last_seen.data() + last_seen.size(), seen);
  const bool whole = error == std::errc() && end == last_seen.data() + last_seen.size();
  if (!whole || seen >= next_id_ || seen + 1 + kept_.size() < next_id_) {
    viewer.waiting_ = "event: reset\ndata: {}\n\n";
    return;
  }
  const auto missed = static_cast<std::ptrdiff_t>(next_id_ - 1 - seen);
  std::for_each(kept_.end() - missed, kept_.end(), [&viewer](const Notification& one) {
    if (viewer.ccid_.empty() || viewer.ccid_ == one.ccid) viewer.waiting_ += one.text;
  });
}

void Broadcast::keep(std::string_view ccid, std::string text) {
  kept_bytes_ += text.size();
  kept_.push_back({std::string(ccid), std::move(text)});
  while (kept_bytes_ > kKeptBytesMax) {
    kept_bytes_ -= kept_.front().text.size();
    kept_.pop_front();
  }
}

std::size_t Broadcast::viewers() const {
  return static_cast<std::size_t>(
      std::count_if(viewers_.begin(), viewers_.end(), [](const auto& entry) { return !entry.second.expired(); }));
}

}  // namespace smartkar::server
