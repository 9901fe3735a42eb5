#pragma once

#include <string>

namespace smartkar::modem_sim {

// The same PEM file with so much text in front, which RFC 7468 §5.2 allows, that it is as large as the files of MQTT(S)
// Application Note V1.03 §5.2. pem: at most as large.
inline std::string certificateText(const std::string& pem) {
  constexpr std::size_t kSize = 2110;
  return std::string(kSize - pem.size() - 1, '.') + "\n" + pem;
}

}  // namespace smartkar::modem_sim
