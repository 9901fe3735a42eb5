#include "server/http/device_handlers.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/core/presence.hpp"
#include "server/http/json_text.hpp"
#include "server/http/paging.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

// What is known of a car that was registered and never heard of.
DeviceRecord neverSeen(std::string_view ccid) {
  DeviceRecord device;
  device.ccid = ccid;
  return device;
}

std::string parameter(const HttpRequest& request, std::string_view name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

// A page of numbered entries. found: one more than fits on it if there are more.
template <class Entry, class AsJson>
HttpResponse listAnswer(const HttpRequest& request, std::string_view name, std::vector<Entry>& found, std::size_t limit,
                        AsJson as_json) {
  const bool more = found.size() > limit;
  if (more) found.pop_back();
  std::vector<std::string> items;
  items.reserve(found.size());
  for (const Entry& one : found) items.push_back(as_json(one));
  return pageAnswer(request, name, items, "before", more ? std::to_string(found.back().number) : std::string());
}

}  // namespace

void getDevices(Backend& backend, const Call& call) {
  const auto page = pageOf(call.request);
  if (!page) return call.respond(page.error());
  const std::string part = parameter(call.request, "contains");
  const std::vector<std::string>& all = backend.registered();
  std::vector<std::string> items;
  std::string last;
  for (auto next = std::upper_bound(all.begin(), all.end(), parameter(call.request, "after")); next != all.end();
       ++next) {
    if (next->find(part) == std::string::npos) continue;
    if (items.size() == page->limit) return call.respond(pageAnswer(call.request, "devices", items, "after", last));
    const auto device = backend.store().device(*next);
    if (!device) return call.respond(unreadable());
    items.push_back(deviceJson(asOf(backend.wall(), device->value_or(neverSeen(*next)))));
    last = *next;
  }
  call.respond(pageAnswer(call.request, "devices", items, "after", {}));
}

void getDevice(Backend& backend, const Call& call) {
  const auto found = backend.store().device(call.path[0]);
  if (!found) return call.respond(unreadable());
  call.respond(
      HttpResponse{.body = deviceJson(asOf(backend.wall(), found->value_or(neverSeen(call.path[0])))), .fields = {}});
}

void getPresence(Backend& backend, const Call& call) {
  const auto page = pageOf(call.request);
  if (!page) return call.respond(page.error());
  auto found = backend.store().presence(call.path[0], page->limit + 1, page->before);
  if (!found) return call.respond(unreadable());
  call.respond(listAnswer(call.request, "presence", *found, page->limit, presenceJson));
}

void getState(Backend& backend, const Call& call) {
  const auto fields = backend.store().state(call.path[0]);
  if (!fields) return call.respond(unreadable());
  call.respond(HttpResponse{.body = carStateJson(call.path[0], *fields), .fields = {}});
}

void getEvents(Backend& backend, const Call& call) {
  const auto page = pageOf(call.request);
  if (!page) return call.respond(page.error());
  auto found = backend.store().events(call.path[0], page->limit + 1, page->before);
  if (!found) return call.respond(unreadable());
  using AsJson = std::string (*)(const StoredEvent&);
  call.respond(listAnswer(call.request, "events", *found, page->limit, static_cast<AsJson>(eventJson)));
}

}  // namespace smartkar::server
