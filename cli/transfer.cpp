#include "cli/transfer.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smartkar::cli {
namespace {

// A server on the other side of the world answers a SYN well within this.
constexpr long kConnectTimeoutMilliseconds = 5000;

}  // namespace

CurlTransfer::CurlTransfer(const Endpoint& endpoint, const Interrupt& interrupt)
    : interrupt_(interrupt), base_url_(endpoint.url), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  SK_ASSERT(multi_ != nullptr && easy_ != nullptr);
  while (base_url_.ends_with('/')) base_url_.pop_back();
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMilliseconds);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::onBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  if (!endpoint.token.empty()) addHeader("Authorization: Bearer " + endpoint.token);
}

CurlTransfer::~CurlTransfer() {
  if (added_) curl_multi_remove_handle(multi_, easy_);
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
  curl_slist_free_all(headers_);
}

void CurlTransfer::addHeader(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

void CurlTransfer::start(const std::string& path) {
  curl_easy_setopt(easy_, CURLOPT_URL, (base_url_ + path).c_str());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_multi_add_handle(multi_, easy_);
  added_ = true;
}

std::size_t CurlTransfer::onBody(char* data, std::size_t size, std::size_t count, void* self) {
  static_cast<CurlTransfer*>(self)->body.append(data, size * count);
  return size * count;
}

bool CurlTransfer::ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    result_ = message->data.result;
    over_ = true;
  }
  return over_;
}

CurlTransfer::Pause CurlTransfer::drive(const std::function<bool()>& ready, Clock::time_point deadline) {
  for (;;) {
    if (interrupt_.requested()) return Pause::Interrupted;
    int running = 0;
    curl_multi_perform(multi_, &running);
    const bool over = ended();
    if (ready()) return Pause::Ready;
    if (over) return Pause::Ended;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Pause::Deadline;
    curl_waitfd stop{interrupt_.fd(), CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi_, &stop, 1, static_cast<int>(std::min<long long>(left.count() + 1, 60'000)), nullptr);
  }
}

long CurlTransfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

HttpProblem CurlTransfer::problem() const {
  curl_off_t connected_after = 0;
  curl_easy_getinfo(easy_, CURLINFO_APPCONNECT_TIME_T, &connected_after);
  if (connected_after == 0) curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &connected_after);
  const std::string detail = error_[0] != '\0' ? error_ : curl_easy_strerror(result_);
  if (connected_after == 0) return {HttpError::Unreachable, "no server answers at " + base_url_ + " (" + detail + ")"};
  return {HttpError::Lost, "the connection to " + base_url_ + " was lost" + (failed() ? " (" + detail + ")" : "")};
}

}  // namespace smartkar::cli
