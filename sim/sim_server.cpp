#include "sim/sim_server.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "protocol/topics.hpp"
#include "server/core/presence.hpp"

namespace smartkar::sim {
namespace {

using protocol::Channel;
using protocol::kDefaultTopicPrefix;

// A group is closed so long after its first message, and then takes that long to reach the disk.
constexpr Duration kLinger = 2ms;
// A store that cannot be written at the moment is tried again after this (server::StoreWriter).
constexpr Duration kStoreRetry = 1s;
// The service manager starts the process again.
constexpr Duration kRestart = 2s;
// As in server/app: what was decided earlier does not leave any more, because it tells the time (P2).
constexpr Duration kFresh = 1s;
// The Fleet looks at the clock at least this often: it may have been set.
constexpr Duration kTickMax = 10s;
// How often the log is moved into the file (server::StoreWriter).
constexpr Duration kMaintain = 1min;
constexpr std::size_t kCommandsMax = 100'000;

ServerLinkSettings linkSettings(const modem_sim::Endpoint& broker, const char* client_id,
                                std::initializer_list<Channel> channels) {
  ServerLinkSettings link{broker, client_id, {}};
  for (const Channel channel : channels) {
    link.filters.emplace_back(protocol::makeFilter(kDefaultTopicPrefix, channel)->view());
  }
  return link;
}

}  // namespace

// All that a killed process loses.
struct SimServer::Process {
  std::unique_ptr<server::Store> store;
  server::Fleet fleet;
  Group open;  // collects what comes in
  Instant commit_at = kNever;
  Instant maintain_at = kNever;
  Group refused;         // by the store, for the moment: tried again as it is
  bool stalled = false;  // there is such a group
  Instant looked_at{};   // when the Fleet last saw the clock
  std::map<std::uint64_t, CommandAnswer> waiting;
};

SimServer::SimServer(VirtualTime& time, VirtualNetwork& network, SimServerSettings settings)
    : time_(time),
      settings_(std::move(settings)),
      control_(time, network,
               linkSettings(settings_.broker, "smartkar-server-control", {Channel::Status, Channel::Response}), *this),
      bulk_(time, network, linkSettings(settings_.broker, "smartkar-server-bulk", {Channel::State, Channel::Event}),
            *this) {}

SimServer::~SimServer() = default;

void SimServer::start() {
  starts_at_ = kNever;
  auto store = settings_.open_store();
  if (!store) {
    starts_at_ = time_.now() + kRestart;
    return;
  }
  const auto remembered = std::chrono::floor<std::chrono::seconds>(server::Policy{}.remember_final);
  auto snapshot = (*store)->load(wall() - remembered);
  if (!snapshot) {
    starts_at_ = time_.now() + kRestart;
    return;
  }
  ++starts_;
  process_ = std::make_unique<Process>();
  process_->store = std::move(*store);
  process_->maintain_at = time_.now() + kMaintain;
  process_->fleet.load(std::move(*snapshot));
  control_.start();
  bulk_.start();
}

void SimServer::kill(Duration down) {
  control_.kill();
  bulk_.kill();
  process_.reset();
  for (const auto& [ccid, gate] : gates_) gate->closeAll();
  starts_at_ = time_.now() + down;
}

bool SimServer::request(server::CommandRequested request, CommandAnswer answer) {
  return ask(std::move(request), std::move(answer));
}

bool SimServer::cancel(server::CancelRequested request, CommandAnswer answer) {
  return ask(std::move(request), std::move(answer));
}

template <class Request>
bool SimServer::ask(Request request, CommandAnswer answer) {
  if (!process_ || process_->stalled) return false;
  request.token = ++last_token_;
  process_->waiting.emplace(request.token, std::move(answer));
  feed(request);
  return true;
}

std::optional<server::CommandRecord> SimServer::command(std::string_view ccid, server::CommandId id) {
  if (!process_) return std::nullopt;
  auto found = process_->store->command(ccid, id);
  return found ? std::move(*found) : std::nullopt;
}

std::vector<server::CommandRecord> SimServer::commands(std::string_view ccid) {
  if (!process_) return {};
  auto found = process_->store->commands(ccid, kCommandsMax);
  return found ? std::move(*found) : std::vector<server::CommandRecord>();
}

std::optional<server::DeviceRecord> SimServer::device(std::string_view ccid) const {
  const auto* const known = process_ ? process_->fleet.device(ccid) : nullptr;
  return known != nullptr ? std::optional(server::asOf(wall(), *known)) : std::nullopt;
}

void SimServer::tell(const server::Event& event) {
  if (process_) feed(event);
}

void SimServer::run(Instant now) {
  if (starts_at_ <= now) start();
  control_.run(now);
  bulk_.run(now);
  if (!process_) return;
  const bool due = std::min(process_->fleet.nextDeadline(), process_->looked_at + kTickMax) <= now;
  if (due && !process_->stalled) feed(server::TimePassed{});
  if (process_->commit_at <= now) return commit();
  if (process_->maintain_at > now) return;
  // A failure shows at the next commit, as in the real one.
  (void)process_->store->maintain();
  process_->maintain_at = now + kMaintain;
}

Instant SimServer::nextDeadline() const {
  const Instant links = std::min(control_.nextDeadline(), bulk_.nextDeadline());
  if (!process_) return std::min(starts_at_, links);
  Instant next = std::min({links, process_->commit_at, process_->maintain_at});
  if (!process_->stalled) {
    next = std::min({next, process_->fleet.nextDeadline(), process_->looked_at + kTickMax});
  }
  return next;
}

// No two connections come to the same number.
void SimServer::onUp(ServerLink& link, bool session_present) {
  if (&link != &control_) return;
  feed(server::BrokerUp{.generation = ++generation_, .session_present = session_present, .broker = 0});
}

void SimServer::onDown(ServerLink& link) {
  if (&link == &control_) feed(server::BrokerDown{.broker = 0});
}

void SimServer::onMessage(ServerLink& link, const Arrived& arrived) {
  const auto parsed = protocol::parseTopic(kDefaultTopicPrefix, arrived.topic);
  if (!parsed) {
    link.acknowledge(arrived.token);
    return;
  }
  server::MessageReceived message{.ccid = std::string(parsed->ccid.view()),
                                  .channel = parsed->channel,
                                  .payload = std::string(arrived.payload),
                                  .retained = arrived.retained,
                                  .generation = generation_,
                                  .waited = arrived.waited};
  feed(message, [&link, token = arrived.token] { link.acknowledge(token); });
}

void SimServer::feed(const server::Event& event, std::function<void()> stored) {
  Process& process = *process_;
  server::Actions actions = process.fleet.on(event, time_.now(), wall());
  process.looked_at = time_.now();
  if (actions.mutations.empty() && actions.effects.empty() && !stored) return;
  std::ranges::move(actions.mutations, std::back_inserter(process.open.mutations));
  process.open.steps.push_back({std::move(actions.effects), time_.now(), std::move(stored)});
  if (process.commit_at == kNever) process.commit_at = time_.now() + kLinger;
}

void SimServer::commit() {
  Process& process = *process_;
  Group group = std::exchange(process.stalled ? process.refused : process.open, {});
  const auto stored =
      process.stalled ? process.store->applyAgain(group.mutations) : process.store->apply(group.mutations);
  if (!stored && !server::isTemporary(stored.error().error)) return kill(kRestart);
  process.stalled = !stored;
  if (!stored) {
    process.refused = std::move(group);
    process.commit_at = time_.now() + kStoreRetry;
    return;
  }
  process.commit_at = process.open.steps.empty() ? kNever : time_.now() + kLinger;
  for (const Step& step : group.steps) perform(step);
}

void SimServer::perform(const Step& step) {
  const bool too_late = time_.now() - step.decided > kFresh;
  for (const server::Effect& effect : step.effects) {
    if (too_late && std::holds_alternative<server::PublishCommand>(effect)) continue;
    perform(effect);
  }
  if (step.stored) step.stored();
}

void SimServer::perform(const server::Effect& effect) {
  on_effect(effect);
  const auto answer = [&](std::uint64_t token) {
    if (const auto asked = process_->waiting.extract(token)) asked.mapped()(effect);
  };
  if (const auto* command = std::get_if<server::PublishCommand>(&effect)) {
    publish(*command);
  } else if (const auto* accepted = std::get_if<server::CommandAccepted>(&effect)) {
    answer(accepted->token);
  } else if (const auto* refused = std::get_if<server::CommandRefused>(&effect)) {
    answer(refused->token);
  } else if (const auto* cancelled = std::get_if<server::CancelAccepted>(&effect)) {
    answer(cancelled->token);
  } else if (const auto* kept = std::get_if<server::CancelRefused>(&effect)) {
    answer(kept->token);
  } else if (const auto* left = std::get_if<server::CloseTcp>(&effect)) {
    if (const auto gate = gates_.find(left->ccid); gate != gates_.end()) gate->second->closeAll();
  }
}

void SimServer::publish(const server::PublishCommand& command) {
  if (command.tcp != 0) {
    const auto gate = gates_.find(command.ccid);
    SK_ASSERT(gate != gates_.end());
    return gate->second->write(command.tcp, command.payload);
  }
  if (command.generation != generation_) return;
  const auto topic = protocol::makeTopic(kDefaultTopicPrefix, command.ccid, Channel::Command);
  SK_ASSERT(topic.has_value());
  control_.publish(topic->view(), command.payload, command.expiry_s);
}

}  // namespace smartkar::sim
