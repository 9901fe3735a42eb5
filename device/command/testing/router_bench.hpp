#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/command/command_router.hpp"
#include "device/command/testing/counting_entropy.hpp"
#include "device/command/testing/scripted_vehicle.hpp"
#include "device/platform/testing/cut_flash.hpp"
#include "protocol/response.hpp"

namespace smartkar::device {

// A router on a real journal in memory, a vehicle that obeys the test, and a contact that the server has synced.
class RouterBench : public SystemControl, public ContactEvents {
 public:
  static constexpr protocol::ContactNonce kContact = 4711;
  static constexpr std::int64_t kServerTime = 1767225600;

  RouterBench() {
    restart();
    sync();
  }

  // A reset: everything in memory is gone, the flash is not.
  void restart() {
    is_restarting = false;
    vehicle = ScriptedVehicle();
    outbox_state = {};
    contact = {};
    journal = std::make_unique<Journal>(flash, entropy, log);
    SK_ASSERT(journal->open().ok() && journal->countBoot().ok());
    outbox = std::make_unique<Outbox>(outbox_state);
    outbox->beginBoot(journal->boot());
    router = std::make_unique<CommandRouter>(*journal, *outbox, vehicle, contact, *this, *this, log, settings);
    router->closeInterrupted();
  }
  void sync(protocol::ContactNonce nonce = kContact) {
    contact.begin(nonce, now);
    contact.setTime(unixTime(kServerTime), now);
  }
  // What a sync of the contact may ask for.
  struct Asked {
    std::vector<protocol::CommandId> open = {};
    bool want_journal = false;
    std::uint32_t ack = 0;
    std::int64_t now_s = 0;  // since the first sync, by the server's clock
  };
  void ask(const Asked& asked) {
    protocol::Sync message;
    message.contact = contact.nonce();
    message.now = unixTime(kServerTime + asked.now_s);
    message.ack = asked.ack;
    message.want_journal = asked.want_journal;
    for (const auto id : asked.open) SK_ASSERT(message.open.push(id));
    char text[protocol::kCommandBytesMax];
    raw(*protocol::encodeSync(message, text));
    router->tick(now);
  }
  void cancel(protocol::CommandId id) { cancel(id, contact.nonce()); }
  void cancel(protocol::CommandId id, protocol::ContactNonce nonce) {
    char text[protocol::kCommandBytesMax];
    raw(*protocol::encodeCancel(id, nonce, text));
  }

  // How a command is sent; the default is what the server does.
  struct Sent {
    std::string params = "{}";
    std::optional<std::int64_t> expires_in_s = 3600;
    std::optional<protocol::ContactNonce> contact = kContact;
    std::uint32_t attempt = 1;
  };
  void send(protocol::CommandId id, std::string_view action) { send(id, action, Sent{}); }
  void send(protocol::CommandId id, std::string_view action, const Sent& sent) {
    protocol::CommandOut out;
    out.id = id;
    out.action = action;
    out.params_json = sent.params;
    if (sent.expires_in_s) out.expires_at = unixTime(kServerTime + *sent.expires_in_s);
    out.contact = sent.contact;
    out.attempt = sent.attempt;
    char text[protocol::kCommandBytesMax];
    const auto encoded = protocol::encodeCommand(out, text);
    SK_ASSERT(encoded.ok());
    router->handle(*encoded, now);
  }
  void raw(std::string_view text) { router->handle(text, now); }

  void advance(Duration span) {
    now += span;
    router->tick(now);
  }
  void vehicleSays(VehicleOperation operation, VehicleOutcome outcome = VehicleOutcome::Ok) {
    vehicle.result = VehicleResult{operation, outcome};
    router->tick(now);
  }
  // Carries the command under way through to the end.
  void vehicleObeys() {
    vehicleSays(VehicleOperation::Wake);
    vehicleSays(VehicleOperation::WriteProfile);
    vehicleSays(VehicleOperation::Start);
    vehicleSays(VehicleOperation::Stop);
  }

  // Takes the responses not taken yet: "in_progress/accepted", "failed/waiting_for_wake", "completed".
  std::vector<std::string> responses() {
    std::vector<std::string> texts;
    while (const auto response = nextResponse()) {
      std::string text(protocol::statusName(response->status));
      if (response->stage) text += "/" + std::string(protocol::stageName(*response->stage));
      texts.push_back(text);
    }
    return texts;
  }
  std::optional<protocol::Response> nextResponse() {
    OutboxMessage message;
    if (!outbox->next(message)) return std::nullopt;
    outbox->markSent(message.ticket);
    protocol::JsonDocument document;
    const auto decoded = protocol::decodeResponse(message.payload, document, result_memory_);
    SK_ASSERT(decoded.ok());
    return *decoded;
  }

  Instant now{};
  CutFlash flash{4096};
  CountingEntropy entropy;
  NullLogSink log;
  ScriptedVehicle vehicle;
  OutboxState outbox_state;
  Contact contact;
  RouterSettings settings;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<CommandRouter> router;
  int rings = 0;
  int sleeps = 0;
  int reboots = 0;
  int telemetry = 0;
  bool is_restarting = false;
  int configurations = 0;
  Fault configure_fault = Fault::None;
  bool may_actuate = true;
  std::string link = "auto";

 private:
  void requestSleep(std::optional<Duration>) override { ++sleeps; }
  void requestReboot() override { ++reboots; }
  bool restarting() const override { return is_restarting; }
  Fault configure(const protocol::Parameters&) override {
    if (configure_fault == Fault::None) ++configurations;
    return configure_fault;
  }
  void writeConfiguration(protocol::JsonWriter& writer) const override { writer.key("idleTime").integer(120); }
  void requestTelemetry() override { ++telemetry; }
  bool chooseLink(std::string_view name) override {
    if (name != "tcp") return false;
    link = name;
    return true;
  }
  std::string_view wishedLink() const override { return link; }
  std::string_view chosenLink() const override { return link == "auto" ? "mqtt" : std::string_view(link); }
  bool mayActuate() const override { return may_actuate; }
  Duration uptime(Instant at) const override { return at - Instant{}; }
  std::string_view firmware() const override { return "test"; }
  void onRing() override { ++rings; }
  void onSync(const protocol::Sync& sync) override { contact.setTime(sync.now, now); }

  char result_memory_[2048];
};

}  // namespace smartkar::device
