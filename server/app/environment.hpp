#pragma once

#include <toml++/toml.h>

#include <span>
#include <string>
#include <string_view>

namespace smartkar::server {

// Puts what the environment says over what the file says: SMARTKAR_MQTT_HOST=broker is `host` in [mqtt]. A value is
// read as in the file; what is none in TOML is taken as a string. environment: NAME=VALUE each. sections: all there
// are; variables of no section are others' and are passed over.
void applyEnvironment(toml::table& root, std::span<const std::string> environment,
                      std::span<const std::string_view> sections);

}  // namespace smartkar::server
