#include "device/command/profile_handler.hpp"

#include <algorithm>

#include "device/command/profile_json.hpp"

namespace smartkar::device {

void ProfileHandler::handle(const protocol::Parameters& parameters, Instant now, Reply& reply) {
  switch (parameters.spec().action) {
    case protocol::Action::GetProfiles:
      return writeAll(now, reply);
    case protocol::Action::GetProfile: {
      const auto slot = static_cast<std::size_t>(parameters.integer(protocol::Parameter::ProfileIndex));
      reply.result().key("profile");
      return writeProfile(reply.result(), vehicle_.profiles(), slot, now);
    }
    case protocol::Action::RefreshProfiles:
      if (vehicle_.readProfiles(now)) return;
      return reply.fail(protocol::ResponseStatus::Failed, "vehicle is asleep: it cannot be asked");
    default:
      SK_ASSERT(false && "no query of the profiles");
  }
}

void ProfileHandler::writeAll(Instant now, Reply& reply) const {
  const ProfileBook& book = vehicle_.profiles();
  protocol::JsonWriter& writer = reply.result();
  std::optional<Instant> latest;
  for (const auto& heard : book.slots) {
    if (heard) latest = std::max(latest.value_or(heard->at), heard->at);
  }
  writer.key("profileCount").integer(kProfileSlots).key("lastUpdateAgeMs");
  latest ? writer.integer(wholeMilliseconds(now - *latest)) : writer.null();
  writer.key("updateCount").integer(book.updates).key("profiles").beginArray();
  for (std::size_t slot = 0; slot < kProfileSlots; ++slot) writeProfile(writer, book, slot, now);
  writer.endArray();
}

}  // namespace smartkar::device
