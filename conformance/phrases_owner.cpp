#include "conformance/phrases.hpp"
#include "conformance/scene.hpp"
#include "protocol/command.hpp"
#include "protocol/response.hpp"

namespace smartkar::conformance {
namespace {

constexpr Duration kForeignTtl = 1h;

void order(Scene& scene, const std::string& name, const Server::Order& request) {
  const auto id = scene.server.order(request);
  if (!id) throw Unexpected("the server refused the order");
  scene.name(name, *id);
  scene.settle();
}

// A message that did not come from the server, with the id of the named command or a new one.
void sendForeign(Scene& scene, const Arguments& said, bool in_contact) {
  if (!scene.named(said.name)) scene.name(said.name, scene.server.foreignId());
  protocol::CommandOut out;
  out.id = scene.id(said.name);
  out.action = said.action;
  out.params_json = said.parameters;
  if (in_contact) {
    out.contact = scene.contact();
    out.attempt = 1;
    out.expires_at = scene.server.wall() + std::chrono::duration_cast<std::chrono::seconds>(
                                               said.duration > Duration(0) ? said.duration : kForeignTtl);
  }
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeCommand(out, text);
  if (!encoded) throw Unexpected("the command does not fit a message");
  scene.network.submit({protocol::Channel::Command, std::string(*encoded), 60s, false}, scene.rig.now());
  scene.settle();
}

// An answer without the car's numbering, as from a car with a fault.
void answerForeign(Scene& scene, const Arguments& said) {
  protocol::Response response;
  response.id = scene.id(said.name);
  response.too_late = said.word == kTooLate;
  if (!response.too_late) response.status = protocol::statusFromName(said.word).value();
  char text[protocol::kDevicePayloadBytesMax];
  const auto encoded = protocol::encodeResponse(response, text);
  if (!encoded) throw Unexpected("the answer does not fit a message");
  scene.network.submit({protocol::Channel::Response, std::string(*encoded), {}, false}, scene.rig.now());
  scene.settle();
}

constexpr Phrase kPhrases[] = {
    {"owner orders NAME : ACTION", Feature::None, "asks the server for a command and calls it NAME from now on",
     [](Scene& scene, const Arguments& said) {
       order(scene, said.name, {said.action, said.parameters, {}, false});
     }},
    {"owner orders NAME for DURATION : ACTION", Feature::None, "the same; it is of no use after that time",
     [](Scene& scene, const Arguments& said) {
       order(scene, said.name, {said.action, said.parameters, said.duration, false});
     }},
    {"owner orders NAME instead : ACTION", Feature::None, "the same; open commands of its subject are cancelled first",
     [](Scene& scene, const Arguments& said) {
       order(scene, said.name, {said.action, said.parameters, {}, true});
     }},
    {"owner orders COUNT commands NAME : ACTION", Feature::None, "as many of them, called NAME-1, NAME-2 and so on",
     [](Scene& scene, const Arguments& said) {
       for (int i = 1; i <= said.count; ++i) {
         order(scene, said.name + "-" + std::to_string(i), {said.action, said.parameters, {}, false});
       }
     }},
    {"owner cancels NAME", Feature::None, "asks the server to cancel it",
     [](Scene& scene, const Arguments& said) {
       if (!scene.server.cancel(scene.id(said.name))) throw Unexpected("the server refused to cancel it");
       scene.settle();
     }},
    {"owner cannot cancel NAME", Feature::None, "asks as well, and the server refuses",
     [](Scene& scene, const Arguments& said) {
       if (scene.server.cancel(scene.id(said.name))) throw Unexpected("the server agreed to cancel it");
       scene.settle();
     }},
    {"plain client sends NAME : ACTION", Feature::None, "somebody without a server sends a command, naming no contact",
     [](Scene& scene, const Arguments& said) { sendForeign(scene, said, false); }},
    {"stranger sends NAME : ACTION", Feature::None,
     "somebody pretends to be the server and sends a command in the present contact; of a known NAME: with its id",
     [](Scene& scene, const Arguments& said) { sendForeign(scene, said, true); }},
    {"stranger sends NAME for DURATION : ACTION", Feature::None, "the same; it is of no use after that time",
     [](Scene& scene, const Arguments& said) { sendForeign(scene, said, true); }},
    {"stranger answers NAME : ANSWER", Feature::None, "somebody pretends to be the car and answers for the command",
     answerForeign},
};

}  // namespace

std::span<const Phrase> ownerPhrases() { return kPhrases; }

}  // namespace smartkar::conformance
