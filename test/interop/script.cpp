#include "test/interop/script.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/random.hpp"

namespace smartkar::interop {
namespace {

using mqtt::Qos;
using mqtt::Version;

// Long enough that no second that passes meanwhile is seen (observation.cpp rounds).
constexpr std::uint32_t kLong = 86'400;

constexpr std::array<std::string_view, 7> kTopics = {"a", "a/b", "a/b/c", "a/c", "d/b", "in/b", "out/b"};
constexpr std::array<std::string_view, 12> kFilters = {"a",   "a/b",  "a/#",   "a/+",   "+/b",   "#",
                                                       "+/#", "in/+", "out/#", "a/b/#", "+/+/c", "a/b/c"};
constexpr std::array<std::string_view, 3> kShared = {"$share/x/a/+", "$share/x/#", "$share/y/a/+"};

template <class List>
std::string pick(Random& random, const List& list) {
  return std::string(list[random.below(static_cast<std::uint32_t>(list.size()))]);
}

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  Script write() {
    Script script;
    script.clients = 2 + random_.below(4);
    if (random_.chance(0.6)) {
      script.limits.max_inflight_messages = static_cast<std::uint16_t>(1 + random_.below(4));
      script.limits.max_queued_messages = 1 + random_.below(6);
    }
    connected_.resize(script.clients);
    versions_.resize(script.clients);
    for (std::size_t client = 0; client < script.clients; ++client) script.steps.emplace_back(connect(client));
    for (int i = 0; i < 26; ++i) add(script.steps);
    return script;
  }

 private:
  void add(std::vector<Step>& steps) {
    const std::size_t client = random_.below(static_cast<std::uint32_t>(connected_.size()));
    if (random_.chance(0.035)) {
      connected_.assign(connected_.size(), false);
      return steps.push_back(Restart{random_.chance(0.7)});
    }
    if (!connected_[client]) {
      steps.emplace_back(connect(client));
    } else {
      act(steps, client);
    }
  }

  void act(std::vector<Step>& steps, std::size_t client) {
    const std::uint32_t dice = random_.below(100);
    if (dice < 4) {
      steps.emplace_back(connect(client));
    } else if (dice < 14) {
      steps.emplace_back(leave(client));
    } else if (dice < 34) {
      steps.emplace_back(subscribe(client));
    } else if (dice < 39) {
      steps.push_back(Unsubscribe{client, filter()});
    } else if (dice < 52) {
      const bool refuses = modern(client) && random_.chance(0.3);
      steps.push_back(Acknowledge{client, 1 + random_.below(3), random_.chance(0.3), refuses});
    } else if (dice < 55) {
      steps.push_back(Repeat{client});
    } else {
      for (auto count = random_.below(4); count > 0; --count) steps.emplace_back(publish(client));
      steps.emplace_back(publish(client));
    }
  }

  Connect connect(std::size_t client) {
    Connect step;
    step.client = client;
    step.version = random_.chance(0.5) ? Version::V5 : Version::V311;
    step.clean = random_.chance(0.3);
    step.keep_alive = random_.chance(0.5) ? 600 : 0;
    step.acknowledges = random_.chance(0.5);
    if (random_.chance(0.4)) step.will = {pick(random_, kTopics), qos(), random_.chance(0.4)};
    if (mqtt::isV5(step.version)) {
      if (random_.chance(0.7)) step.session_expiry = kLong;
      if (random_.chance(0.3)) step.receive_maximum = static_cast<std::uint16_t>(1 + random_.below(4));
    }
    connected_[client] = true;
    versions_[client] = step.version;
    return step;
  }

  Leave leave(std::size_t client) {
    Leave step{client, random_.chance(0.5), false, {}};
    if (step.goodbye && modern(client)) {
      step.with_will = random_.chance(0.3);
      if (random_.chance(0.2)) step.session_expiry = random_.chance(0.5) ? kLong : 0;
    }
    connected_[client] = false;
    return step;
  }

  Subscribe subscribe(std::size_t client) {
    Subscribe step{client, {}, 0};
    for (auto count = 1 + random_.below(2); count > 0; --count) step.filters.push_back(wish(client));
    if (modern(client) && random_.chance(0.2)) step.identifier = 1 + random_.below(9);
    return step;
  }

  Subscribe::Filter wish(std::size_t client) {
    Subscribe::Filter wish{filter(), qos(), false, false, mqtt::RetainHandling::SendAtSubscribe};
    if (!modern(client)) return wish;
    wish.no_local = !wish.filter.starts_with('$') && random_.chance(0.3);  // of a shared one: a protocol error
    wish.retain_as_published = random_.chance(0.4);
    wish.retain_handling = static_cast<mqtt::RetainHandling>(random_.below(3));
    return wish;
  }

  Publish publish(std::size_t client) {
    Publish step{client, pick(random_, kTopics), std::to_string(++payloads_), qos(), random_.chance(0.3), 0};
    if (step.retain && random_.chance(0.2)) step.payload.clear();
    if (random_.chance(0.02)) step.payload.assign(1025, 'x');  // over our limit
    if (modern(client) && random_.chance(0.2)) step.expiry = kLong;
    return step;
  }

  std::string filter() { return random_.chance(0.2) ? pick(random_, kShared) : pick(random_, kFilters); }
  Qos qos() { return static_cast<Qos>(random_.below(3)); }
  bool modern(std::size_t client) const { return mqtt::isV5(versions_[client]); }

  Random random_;
  std::vector<bool> connected_;
  std::vector<Version> versions_;
  int payloads_ = 0;
};

std::string number(mqtt::Qos qos) { return std::to_string(static_cast<int>(qos)); }

void flag(std::string& line, bool set, std::string_view name) {
  if (set) line.append(" ").append(name);
}

template <class Value>
void option(std::string& line, const std::optional<Value>& value, std::string_view name) {
  if (value) line.append(" ").append(name).append("=").append(std::to_string(*value));
}

std::string text(const Connect& step) {
  std::string line = mqtt::isV5(step.version) ? "connects with 5" : "connects with 3.1.1";
  flag(line, step.clean, "clean");
  flag(line, !step.acknowledges, "withholds");
  if (step.keep_alive > 0) option(line, std::optional(step.keep_alive), "keep_alive");
  option(line, step.session_expiry, "session_expiry");
  option(line, step.receive_maximum, "receive_maximum");
  if (step.will) {
    line.append(" will ").append(step.will->topic).append(" q").append(number(step.will->qos));
    flag(line, step.will->retain, "retain");
  }
  return line;
}

std::string text(const Leave& step) {
  std::string line = step.goodbye ? "says goodbye" : "drops its connection";
  flag(line, step.with_will, "with will");
  option(line, step.session_expiry, "session_expiry");
  return line;
}

std::string text(const Subscribe& step) {
  std::string line = "subscribes";
  for (const auto& wish : step.filters) {
    line.append(" ").append(wish.filter).append(" q").append(number(wish.qos));
    flag(line, wish.no_local, "no_local");
    flag(line, wish.retain_as_published, "as_published");
    const int handling = static_cast<int>(wish.retain_handling);
    if (handling > 0) option(line, std::optional(handling), "retain_handling");
  }
  if (step.identifier > 0) option(line, std::optional(step.identifier), "identifier");
  return line;
}

std::string text(const Unsubscribe& step) { return "unsubscribes " + step.filter; }

std::string text(const Publish& step) {
  std::string line = "publishes " + step.topic;
  line.append(" q").append(number(step.qos));
  flag(line, step.retain, "retain");
  if (step.expiry > 0) option(line, std::optional(step.expiry), "expiry");
  if (step.payload.size() < 10) return line.append(" '").append(step.payload).append("'");
  return line.append(" of ").append(std::to_string(step.payload.size())).append(" bytes");
}

std::string text(const Repeat&) { return "publishes its latest message at QoS 2 again"; }

std::string text(const Acknowledge& step) {
  std::string line = step.refuses ? "refuses" : "acknowledges";
  line.append(" ").append(std::to_string(step.count));
  flag(line, step.newest_first, "newest first");
  return line;
}

}  // namespace

bool mayRead(std::string_view topic) { return !topic.starts_with("in/"); }
bool mayWrite(std::string_view topic) { return !topic.starts_with("out/"); }
bool allowedByPattern(std::string_view topic) { return topic == "a" || topic.starts_with("a/"); }

Script makeScript(std::uint64_t seed) { return Writer(seed).write(); }

std::string describe(const Step& step) {
  if (const auto* restart = std::get_if<Restart>(&step)) {
    return restart->saved ? "broker restarts" : "broker is killed and loses its file";
  }
  if (const auto* wait = std::get_if<Wait>(&step)) return "waits " + std::to_string(wait->seconds) + " s";
  return std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.client; }) return "client " + std::to_string(what.client) + " " + text(what);
        return {};
      },
      step);
}

}  // namespace smartkar::interop
