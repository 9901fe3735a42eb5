#pragma once

#include <string_view>

#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "device/link/link_chooser.hpp"
#include "device/link/link_manager.hpp"
#include "device/link/link_policy.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/server_link.hpp"

namespace smartkar::device {

// The link to the server, whichever it is at the moment: the first broker, the second, or TCP (link_policy.hpp).
class LinkSelector : public ServerLink, public LinkChooser {
 public:
  // All but policy, which is copied, must outlive the object. configured: asked for no other links. choice: kept
  // through deep sleep, first looked at by open().
  LinkSelector(MqttManager& mqtt, LinkManager& tcp, const LinkPolicy& policy, LinkKinds configured, LinkChoice& choice,
               Scheduler& scheduler, LogSink& log)
      : mqtt_(mqtt),
        tcp_(tcp),
        policy_(policy),
        configured_(configured),
        choice_(choice),
        scheduler_(scheduler),
        log_(log, "link") {}

  void setWill(std::string_view payload) override;
  void setKeepAlive(std::chrono::seconds interval) override;
  // Opens the chosen link. A failure that speaks against this one is counted, and one day the next call leads to
  // another: calling again is always right.
  Task<Result<void, LinkError>> open() override;
  Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) override {
    return link().publish(channel, payload, retain);
  }
  Task<Result<void, LinkError>> receive() override { return link().receive(); }
  bool suspend() override { return link().suspend(); }
  Task<Result<void, LinkError>> close() override { return link().close(); }
  bool up() const override { return link().up(); }
  bool adopted() const override { return link().adopted(); }
  bool secured() const override { return link().secured(); }
  std::string_view name() const override { return linkKindName(in_use_); }

  // The server answered, or did not answer, over the link in use.
  void onContact();
  void onSilence();

  bool wishFor(std::string_view name) override;
  std::string_view wished() const override { return choice_.wish ? linkKindName(*choice_.wish) : kOwnChoice; }
  std::string_view chosen() const override { return linkKindName(choice_.current); }
  bool changeDue() const override;
  void change() override;

  Arena& arena() { return mqtt_.arena(); }

 private:
  static constexpr std::string_view kOwnChoice = "auto";

  ServerLink& link(LinkKind kind) const;
  ServerLink& link() const { return link(in_use_); }
  void begin();
  void use(LinkKind kind);
  void noteDecision(LinkKind before, const char* why);

  MqttManager& mqtt_;
  LinkManager& tcp_;
  const LinkPolicy policy_;
  const LinkKinds configured_;
  LinkChoice& choice_;
  Scheduler& scheduler_;
  Log log_;
  bool begun_ = false;
  LinkKind in_use_ = LinkKind::Mqtt;
  Instant decided_at_{};
};

}  // namespace smartkar::device
