#include "cli/http_client.hpp"

#include <utility>

#include "cli/transfer.hpp"

namespace smartkar::cli {
namespace {

using Pause = CurlTransfer::Pause;

// A server answers after its commit, milliseconds as a rule; a disk under load may take seconds.
constexpr auto kAnswerTimeout = std::chrono::seconds(20);
// Three of the server's comment lines (one every 15 s) may get lost in a pause of the network.
constexpr auto kStreamSilence = std::chrono::seconds(45);

Failure<HttpProblem> interrupted() { return Failure{HttpProblem{HttpError::Interrupted, "interrupted"}}; }

}  // namespace

Result<HttpResponse, HttpProblem> exchange(const Endpoint& endpoint, const HttpRequest& request,
                                           const Interrupt& interrupt) {
  CurlTransfer transfer(endpoint, interrupt);
  if (!request.idempotency_key.empty()) transfer.addHeader("Idempotency-Key: " + request.idempotency_key);
  if (request.method == "POST") {
    transfer.addHeader("Content-Type: application/json");
    transfer.addHeader("Expect:");  // no round trip to ask whether a short body is welcome
    curl_easy_setopt(transfer.handle(), CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(transfer.handle(), CURLOPT_COPYPOSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(transfer.handle(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  transfer.start(request.path);
  const Pause pause = transfer.drive([] { return false; }, Clock::now() + kAnswerTimeout);
  if (pause == Pause::Interrupted) return interrupted();
  if (pause == Pause::Deadline || transfer.failed()) return Failure{transfer.problem()};
  return HttpResponse{transfer.status(), std::move(transfer.body)};
}

Result<HttpResponse, HttpProblem> download(const Endpoint& endpoint, const std::string& path,
                                           const Interrupt& interrupt,
                                           const std::function<bool(std::string_view)>& take) {
  CurlTransfer transfer(endpoint, interrupt);
  transfer.start(path);
  Pause pause = Pause::Ready;
  while (pause == Pause::Ready) {
    pause = transfer.drive([&] { return !transfer.body.empty() && transfer.status() == 200; },
                           Clock::now() + kAnswerTimeout);
    if (pause == Pause::Ready && !take(std::exchange(transfer.body, {}))) return interrupted();
  }
  if (pause == Pause::Interrupted) return interrupted();
  if (pause == Pause::Deadline || transfer.failed()) return Failure{transfer.problem()};
  return HttpResponse{transfer.status(), std::move(transfer.body)};
}

struct EventStream::Transfer {
  Transfer(const Endpoint& endpoint, const Interrupt& interrupt) : curl(endpoint, interrupt) {}

  CurlTransfer curl;
  SseParser parser;
  Clock::time_point heard{};
};

EventStream::EventStream(const Endpoint& endpoint, const Interrupt& interrupt)
    : transfer_(std::make_unique<Transfer>(endpoint, interrupt)) {}
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

Result<HttpResponse, HttpProblem> EventStream::open(const std::string& path) {
  CurlTransfer& curl = transfer_->curl;
  // libcurl knows the status with the first line; the end of the head is told by its empty line.
  bool head_complete = false;
  curl_easy_setopt(
      curl.handle(), CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* complete) {
        if (std::string_view(data, size * count) == "\r\n") *static_cast<bool*>(complete) = true;
        return size * count;
      });
  curl_easy_setopt(curl.handle(), CURLOPT_HEADERDATA, &head_complete);
  curl.addHeader("Accept: text/event-stream");
  curl.start(path);
  const auto deadline = Clock::now() + kAnswerTimeout;
  Pause pause = curl.drive([&] { return head_complete; }, deadline);
  if (pause == Pause::Ready && curl.status() != 200) pause = curl.drive([] { return false; }, deadline);
  curl_easy_setopt(curl.handle(), CURLOPT_HEADERFUNCTION, nullptr);
  curl_easy_setopt(curl.handle(), CURLOPT_HEADERDATA, nullptr);
  transfer_->heard = Clock::now();
  if (pause == Pause::Interrupted) return interrupted();
  if (!head_complete || curl.failed()) return Failure{curl.problem()};
  if (curl.status() == 200) return HttpResponse{200, {}};
  return HttpResponse{curl.status(), std::move(curl.body)};
}

Result<std::optional<ServerEvent>, HttpProblem> EventStream::next(Clock::time_point deadline) {
  CurlTransfer& curl = transfer_->curl;
  for (;;) {
    if (!curl.body.empty()) {
      transfer_->heard = Clock::now();
      transfer_->parser.feed(std::exchange(curl.body, {}));
    }
    if (auto event = transfer_->parser.next()) return event;
    const auto silent = transfer_->heard + kStreamSilence;
    const Pause pause = curl.drive([&] { return !curl.body.empty(); }, std::min(deadline, silent));
    if (pause == Pause::Interrupted) return interrupted();
    if (pause == Pause::Ended || (pause == Pause::Deadline && Clock::now() >= silent)) return Failure{curl.problem()};
    if (pause == Pause::Deadline) return std::optional<ServerEvent>();
  }
}

}  // namespace smartkar::cli
