#include "bench/dialogue/publish_watch.hpp"

#include <charconv>
#include <cstddef>
#include <string>
#include <variant>

#include "mqtt/decoder.hpp"

namespace smartkar::bench {
namespace {

// Confirmed by the modem's OK to the command that carries it.
class CommandWatch : public PublishWatch {
 public:
  explicit CommandWatch(std::string_view command) : command_(command) {}

  void onInput(std::string_view bytes) override {
    if (bytes.starts_with(command_)) begin();
  }
  void onOutput(std::string_view bytes) override {
    for (const char c : bytes) {
      if (c == '\n') {
        if (line_ == "OK") confirm();
        line_.clear();
      } else if (c != '\r') {
        line_ += c;
      }
    }
  }

 private:
  const std::string_view command_;
  std::string line_;  // the modem's, under way
};

// Confirmed by a PUBACK among what is read from the connection of the MQTT client.
class PubackWatch : public PublishWatch {
 public:
  void onInput(std::string_view bytes) override {
    if (bytes.starts_with("AT+CAOPEN=")) {
      to_broker_.clear();
      from_broker_.clear();
    }
    const bool data = !bytes.starts_with("AT");
    if (!data) return;
    to_broker_ += bytes;
    takePackets(to_broker_, mqtt::decodeClientPacket, [this](const mqtt::ClientPacket& packet) {
      if (std::holds_alternative<mqtt::Publish>(packet)) begin();
    });
  }

  void onOutput(std::string_view bytes) override {
    for (const char c : bytes) take(c);
    takePackets(from_broker_, mqtt::decodeServerPacket, [this](const mqtt::ServerPacket& packet) {
      if (std::holds_alternative<mqtt::Puback>(packet)) confirm();
    });
  }

 private:
  static constexpr std::string_view kData = "+CARECV: ";

  void take(char c) {
    if (data_left_ > 0) {
      --data_left_;
      from_broker_ += c;
    } else if (c == '\n') {
      line_.clear();
    } else if (c == ',' && line_.starts_with(kData)) {
      std::from_chars(line_.data() + kData.size(), line_.data() + line_.size(), data_left_);
      line_.clear();
    } else if (c != '\r') {
      line_ += c;
    }
  }

  template <class Decode, class Take>
  static void takePackets(std::string& bytes, Decode decode, Take take) {
    for (;;) {
      const auto decoded = decode(mqtt::asBytes(bytes), mqtt::Version::V311, mqtt::kLargestPacket);
      if (decoded.status != mqtt::DecodeStatus::Complete) return;
      take(decoded.packet);
      bytes.erase(0, decoded.size);
    }
  }

  std::string to_broker_;
  std::string from_broker_;
  std::string line_;           // the modem's, under way
  std::size_t data_left_ = 0;  // of the block under way
};

}  // namespace

std::unique_ptr<PublishWatch> makePublishWatch(Engine engine) {
  if (engine == Engine::Socket) return std::make_unique<PubackWatch>();
  return std::make_unique<CommandWatch>(engine == Engine::Native ? "AT+SMPUB=" : "AT+CASEND=");
}

}  // namespace smartkar::bench
