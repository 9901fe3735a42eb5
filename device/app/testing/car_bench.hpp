#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/app/device_controller.hpp"
#include "device/app/limits.hpp"
#include "device/app/testing/fake_server_link.hpp"
#include "device/app/testing/heap_guard.hpp"
#include "device/command/testing/counting_entropy.hpp"
#include "device/platform/testing/cut_flash.hpp"
#include "device/power/simulated_power_chip.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "protocol/response.hpp"
#include "protocol/status_message.hpp"
#include "protocol/sync.hpp"

namespace smartkar::device {

// Keeps what is logged.
class RecordingLogSink : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view text) override {
    const HeapPause pause;
    lines.emplace_back(text);
  }
  std::vector<std::string> lines;
};

// A whole car under virtual time, with a small server behind the link: it answers every announcement with a sync.
class CarBench : private ActuatorLog {
 public:
  static constexpr std::int64_t kServerTime = 1767225600;

  CarBench() {
    link.on_publish = [this](const Published& message) { onPublish(message); };
  }

  void begin(WakeCause cause) {
    car.reset();
    scheduler = std::make_unique<Scheduler>();
    arena = std::make_unique<FixedArena<kDialogueArenaBytes>>();
    inbox = std::make_unique<Inbox>();
    vehicle.deviceRestarted();
    scheduler->run(now);
    configuration = std::make_unique<DeviceSettings>(settings_flash, config, log, now);
    const ControllerParts parts{*scheduler, *arena, link,  link,           link,    *inbox,
                                vehicle,    power,  flash, *configuration, entropy, log};
    car = std::make_unique<DeviceController>(parts, retained, cause, now);
    step = {};
  }
  // The power fails: nothing is said to anybody.
  void cutPower() {
    car.reset();
    retained = {};
  }

  void turn() {
    const HeapGuard guard;
    step = car->step(now);
  }
  bool awake() const { return step.kind == NextStep::Kind::Wait; }
  // Lets time pass until the condition holds, the car leaves or the span is over. True if the condition holds.
  bool runUntil(const std::function<bool()>& condition, Duration span) {
    const Instant end = now + span;
    for (;;) {
      turn();
      if (condition()) return true;
      if (!awake() || now >= end) return false;
      now = std::clamp(step.deadline, now + 1ms, end);
    }
  }
  void runFor(Duration span) {
    runUntil([] { return false; }, span);
  }
  bool runUntilAsleep(Duration span) {
    return runUntil([this] { return !awake(); }, span);
  }
  void inContact() {
    begin(WakeCause::FreshBoot);
    runUntil([this] { return car->state() == ControllerState::InContact; }, 10s);
  }

  // As the server does, in the contact of the latest announcement.
  void send(protocol::CommandId id, std::string_view action, Duration expires_in = 1h, std::string_view params = {}) {
    protocol::CommandOut out;
    out.id = id;
    out.action = action;
    out.params_json = params;
    out.expires_at = serverTime() + std::chrono::duration_cast<std::chrono::seconds>(expires_in);
    out.contact = nonce;
    char text[protocol::kCommandBytesMax];
    inbox->onCommand(*protocol::encodeCommand(out, text));
  }
  void cancel(protocol::CommandId id) {
    char text[protocol::kCommandBytesMax];
    inbox->onCommand(*protocol::encodeCancel(id, nonce, text));
  }
  void ring() {
    char text[protocol::kCommandBytesMax];
    inbox->onCommand(*protocol::encodeRing(std::nullopt, text));
  }
  void sync() {
    protocol::Sync message;
    message.contact = nonce;
    message.now = serverTime();
    message.ack = ack;
    message.want_journal = want_journal;
    message.lost = lost;
    for (const auto id : open) SK_ASSERT(message.open.push(id));
    char text[protocol::kCommandBytesMax];
    inbox->onCommand(*protocol::encodeSync(message, text));
  }
  UnixTime serverTime() const {
    return unixTime(kServerTime) + std::chrono::floor<std::chrono::seconds>(now - Instant{});
  }

  std::vector<protocol::StatusMessage> statuses() const {
    std::vector<protocol::StatusMessage> result;
    for (const auto& message : link.published) {
      if (message.channel == protocol::Channel::Status) result.push_back(status(message.payload));
    }
    return result;
  }
  static protocol::StatusMessage status(const std::string& text) {
    protocol::JsonDocument document;
    const auto decoded = protocol::decodeStatus(text, document);
    SK_ASSERT(decoded.ok());
    return *decoded;
  }
  // "completed", "in_progress/accepted" of one command, in the order they were published.
  std::vector<std::string> responses(protocol::CommandId id) const {
    std::vector<std::string> result;
    for (const auto& message : link.published) {
      if (message.channel != protocol::Channel::Response) continue;
      protocol::JsonDocument document;
      char memory[2048];
      const auto decoded = protocol::decodeResponse(message.payload, document, memory);
      if (decoded->id == id) result.emplace_back(protocol::statusName(decoded->status));
    }
    return result;
  }
  std::size_t count(protocol::Channel channel) const {
    return static_cast<std::size_t>(std::count_if(link.published.begin(), link.published.end(),
                                                  [=](const auto& message) { return message.channel == channel; }));
  }
  bool finished(protocol::CommandId id) const {
    const auto all = responses(id);
    return !all.empty() && all.back() != "in_progress";
  }

  Instant now{};
  DeviceConfig config;
  ControllerSettings& settings = config.controller;
  FakeServerLink link;
  CutFlash flash{4096};
  CutFlash settings_flash{4096};
  CountingEntropy entropy;
  RecordingLogSink log;
  EGolfSettings vehicle_settings;
  EGolfModel vehicle{vehicle_settings, this};
  SimulatedPowerChip power;
  RetainedMemory retained{};
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<FixedArena<kDialogueArenaBytes>> arena;
  std::unique_ptr<Inbox> inbox;
  std::unique_ptr<DeviceSettings> configuration;
  std::unique_ptr<DeviceController> car;
  NextStep step;

  bool server_up = true;
  protocol::ContactNonce nonce = 0;
  std::uint32_t ack = 0;
  bool want_journal = false;
  bool lost = false;
  bool acknowledges = false;  // every final response, by a sync at once
  std::vector<protocol::CommandId> open;
  int starts = 0;

 private:
  void onPublish(const Published& message) {
    if (message.channel == protocol::Channel::Response) return onResponse(message);
    if (message.channel != protocol::Channel::Status) return;
    const protocol::StatusMessage said = status(message.payload);
    if (said.presence != protocol::Presence::Awake) return;
    nonce = *said.contact;
    if (server_up) sync();
  }
  void onResponse(const Published& message) {
    if (!acknowledges) return;
    protocol::JsonDocument document;
    char memory[2048];
    const auto response = protocol::decodeResponse(message.payload, document, memory);
    if (!protocol::isFinal(response->status)) return;
    ack = *response->seq;
    sync();
  }
  void onActuatorFrame(VehicleOperation operation, const ImmediateProfile&, Instant) override {
    if (operation == VehicleOperation::Start) ++starts;
  }
  void onTimerFrame(VehicleOperation, Timers, Instant) override {}
};

}  // namespace smartkar::device
