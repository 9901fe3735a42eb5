#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/store/store.hpp"

namespace smartkar::server::testing {

inline constexpr const char* kCcid = "8988303000000614227";

// Records in which every field differs from its default.
inline CommandRecord fullCommand(CommandId id) {
  CommandRecord command;
  command.ccid = kCcid;
  command.id = id;
  command.action = "vehicle.startCharging";
  command.params_json = R"({"targetSoc":80})";
  command.principal = "anna";
  command.idempotency_key = "key " + std::to_string(id);
  command.request = "canonical";
  command.supersedes = true;
  command.state = CommandState::InProgress;
  command.unconfirmed = true;
  command.withdrawal = Withdrawal::Cancelled;
  command.stage = "sending_command";
  command.error = "an 'error'";
  command.result_json = R"({"a":1})";
  command.created_at = unixTime(1000);
  command.expires_at = unixTime(2000);
  command.attempts = 2;
  command.last_sent_at = unixTime(1100);
  command.last_contact = 0x7FFFFFFF;
  command.sends_in_contact = 2;
  command.sent_once = true;
  command.answer_boot = 7;
  command.answer_seq = 0xFFFFFFFF;
  command.history = {{unixTime(1000), CommandState::Queued, "", ""},
                     {unixTime(1100), CommandState::Sent, "s", "try 2"}};
  command.expected_path = Path::Sms;
  command.expected_by = unixTime(1050);
  command.ledger = {{unixTime(1010), Path::Sms, AttemptResult::Failed, unixTime(1011), "no number"},
                    {unixTime(1100), Path::Contact, AttemptResult::Pending, {}, ""}};
  return command;
}

inline DeviceRecord fullDevice() {
  DeviceRecord device;
  device.ccid = kCcid;
  device.presence = Presence::Asleep;
  device.proved_at = unixTime(1234);
  device.asleep_until = unixTime(5678);
  device.offline_reason = "sleep";
  device.reachable = true;
  device.wake_cause = "modem_ri";
  device.firmware = "3.0.0";
  device.link = "mqtt";
  device.journal = 0xFFFFFFFF;
  device.boot = 7;
  device.conn = 3;
  device.status_seq = 9;
  device.seen_id = 11;
  device.journal_wanted = 12;
  device.contact = 91827;
  device.sms_at = unixTime(1200);
  device.sms_count = 2;
  device.max_id = 11;
  device.last_id = 12;
  device.ack_boot = 7;
  device.ack_contiguous = 4;
  device.ack_highest = 6;
  device.reception = {.boot = 7, .highest = 5, .window = 0xF00000000000000D, .missing = 3, .repeated = 2};
  return device;
}

inline EventRecord eventOf(std::uint32_t boot, std::uint32_t seq) {
  EventRecord event;
  event.ccid = kCcid;
  event.domain = "vehicle";
  event.name = "plugged";
  event.received_at = unixTime(1500);
  event.boot = boot;
  event.seq = seq;
  return event;
}

inline void storeAll(Store& store, std::vector<Mutation> mutations) {
  const auto result = store.apply(mutations);
  ASSERT_TRUE(result.ok()) << result.error().message;
}

}  // namespace smartkar::server::testing
