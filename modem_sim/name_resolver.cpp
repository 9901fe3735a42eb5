#include "modem_sim/name_resolver.hpp"

#include <utility>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {

// The network finds a host when a socket is made for it; no byte has to be sent for that.
void NameResolver::ask(const std::string& name, Duration patience, Done done) {
  constexpr std::uint16_t kPort = 53;
  done_ = std::move(done);
  link_ = core_.data.open({name, kPort, std::nullopt, Transport::Udp}, *this);
  timer_ = core_.events.after(patience, EventQueue::Owner::Firmware, [this] { finish(DnsResult::Timeout); });
}

void NameResolver::opened() { finish(DnsResult::Ok, core_.data.address(link_)); }

void NameResolver::openFailed(OpenError) {
  link_ = 0;
  finish(DnsResult::Unknown);
}

void NameResolver::bearerLost() {
  link_ = 0;
  if (busy()) finish(DnsResult::NetworkError);
}

void NameResolver::finish(DnsResult result, const std::string& address) {
  if (link_ != 0) core_.data.close(link_);
  const Done done = std::exchange(done_, nullptr);
  reset();
  done(result, address);
}

void NameResolver::reset() {
  core_.events.cancel(std::exchange(timer_, 0));
  link_ = 0;
  done_ = nullptr;
}

}  // namespace smartkar::modem_sim
