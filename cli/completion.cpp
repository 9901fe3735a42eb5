#include <ostream>
#include <string>

#include "cli/verbs.hpp"
#include "protocol/actions.hpp"
#include "protocol/state.hpp"

namespace smartkar::cli {
namespace {

// Offers verbs, the CCIDs of registered cars, fields, actions and their parameters.
constexpr const char* kScript = R"(_smartkarctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} offers=""
  local cars="smartkarctl device list"
  if [ "$COMP_CWORD" -eq 1 ]; then
    offers="init device ps send cancel watch show history presence telemetry export why token doctor backup restore conformance completion --help --version"
  elif [[ $cur == -* ]]; then
    offers=$(smartkarctl ${verb} $([[ $verb == @(device|token) ]] && echo "${COMP_WORDS[2]}") --help 2>/dev/null |
      grep -o -e '--[a-z-]*' | sort -u)
  else
    case $verb:$COMP_CWORD in
      token:2) offers="create list revoke" ;;
      device:2) offers="add list show number allow-legacy remove" ;;
      device:3) [ "${COMP_WORDS[2]}" = add ] || offers=$($cars 2>/dev/null) ;;
      send:2 | cancel:2 | watch:2 | show:2 | history:2 | presence:2 | telemetry:2 | export:2 | why:2 | conformance:2) offers=$($cars 2>/dev/null) ;;
      cancel:3)
        offers=$(smartkarctl history "${COMP_WORDS[2]}" --json 2>/dev/null |
          sed -n 's/^{"id":\([0-9]*\),.*"final":false.*/\1/p')
        ;;
      telemetry:3) offers="@FIELDS@" ;;
      send:3) offers="@ACTIONS@" ;;
      send:*)
        case ${COMP_WORDS[3]} in
@PARAMETERS@        esac
        compopt -o nospace 2>/dev/null
        ;;
      backup:2 | restore:2) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
      completion:2) offers="bash zsh" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$offers" -- "$cur"))
}
complete -F _smartkarctl smartkarctl
)";

void replace(std::string& text, const std::string& mark, const std::string& by) {
  text.replace(text.find(mark), mark.size(), by);
}

// "targetSoc= maxCurrent= onlyIf.parked= …", what may be given to the action.
std::string parametersOf(const protocol::ActionSpec& spec) {
  std::string offers;
  const auto offer = [&](std::string_view scope, std::string_view name) {
    if (!offers.empty()) offers += ' ';
    offers.append(scope).append(name).append("=");
  };
  for (const auto& parameter : spec.parameters) offer("", parameter.name);
  if (spec.kind != protocol::ActionKind::Actuating) return offers;
  for (const auto& condition : protocol::conditions()) offer("onlyIf.", condition.name);
  return offers;
}

std::string fieldPaths() {
  std::string paths;
  for (const protocol::FieldSpec& spec : protocol::allFields()) {
    if (!paths.empty()) paths += ' ';
    paths.append(spec.domain).append(".").append(spec.name);
  }
  return paths;
}

}  // namespace

int completion(const CompletionVerb& verb, Streams streams) {
  std::string actions;
  std::string parameters;
  for (const protocol::ActionSpec& spec : protocol::allActions()) {
    if (spec.kind == protocol::ActionKind::Link) continue;  // sent by the server itself
    actions += (actions.empty() ? "" : " ") + std::string(spec.name);
    const std::string offers = parametersOf(spec);
    if (!offers.empty()) parameters += "          " + std::string(spec.name) + ") offers=\"" + offers + "\" ;;\n";
  }
  std::string script = kScript;
  replace(script, "@FIELDS@", fieldPaths());
  replace(script, "@ACTIONS@", actions);
  replace(script, "@PARAMETERS@", parameters);
  if (verb.shell == "zsh") script = "autoload -U +X bashcompinit && bashcompinit\n" + script;
  streams.out << script;
  return exit_code::kOk;
}

}  // namespace smartkar::cli
