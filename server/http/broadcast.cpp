#include "server/http/broadcast.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::server {

std::string Broadcast::Viewer::take() { return std::exchange(waiting_, {}); }

std::shared_ptr<Broadcast::Viewer> Broadcast::join(std::string ccid, std::function<void()> wake) {
  auto viewer = std::make_shared<Viewer>();
  viewer->ccid_ = std::move(ccid);
  viewer->wake_ = std::move(wake);
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
}

std::size_t Broadcast::viewers() const {
  return static_cast<std::size_t>(
      std::count_if(viewers_.begin(), viewers_.end(), [](const auto& entry) { return !entry.second.expired(); }));
}

}  // namespace smartkar::server
