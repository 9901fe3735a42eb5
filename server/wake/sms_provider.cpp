#include "server/wake/sms_provider.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace smartkar::server {
namespace {

// Of an answer; only the reason for a failure is looked for in it.
constexpr std::size_t kAnswerMax = 16 * 1024;
constexpr std::size_t kReasonMax = 200;

struct CurlEnd {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;
using Headers = std::unique_ptr<curl_slist, CurlEnd>;

std::size_t append(char* data, std::size_t size, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  text.append(data, std::min(size * count, kAnswerMax - text.size()));
  return size * count;
}

int goOn(void* ending, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(ending)->load() ? 1 : 0;
}

Headers headersOf(const RequestTemplate& request) {
  Headers headers;
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) break;
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  return headers;
}

void set(CURL* curl, const RequestTemplate& request) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // libcurl's time-out of look-ups is no matter for other threads
  if (!request.login.empty()) curl_easy_setopt(curl, CURLOPT_USERPWD, request.login.c_str());
  if (request.body.empty()) return;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request.body.c_str());
}

// What the answer itself gives as its reason; empty: nothing.
std::string reason(const std::string& pointer, const std::string& answer) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(answer, error);
  if (error || pointer.empty()) return {};
  const boost::json::value* const found = value.find_pointer(pointer, error);
  if (found == nullptr) return {};
  const boost::json::string* const text = found->if_string();
  return (text != nullptr ? std::string(*text) : boost::json::serialize(*found)).substr(0, kReasonMax);
}

std::string verdict(const RequestTemplate& request, long status, const std::string& answer) {
  const bool taken = request.status != 0 ? status == request.status : status >= 200 && status < 300;
  if (taken) return {};
  const std::string why = reason(request.error_pointer, answer);
  return "the provider answered " + std::to_string(status) + (why.empty() ? "" : ": " + why);
}

// Empty: it was taken.
std::string ask(const RequestTemplate& request, std::atomic<bool>& ending) {
  const Curl curl(curl_easy_init());
  if (!curl) return "libcurl cannot start";
  std::string answer;
  const Headers headers = headersOf(request);
  set(curl.get(), request);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, goOn);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &ending);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return std::string("the provider was not reached: ") + curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return verdict(request, status, answer);
}

}  // namespace

SmsProvider::~SmsProvider() {
  ending_ = true;
  thread_.stop();
  thread_.join();
}

void SmsProvider::send(const RequestTemplate& request, const TextMessage& message, Done done) {
  auto whole = filled(request, message);
  std::string failure = whole ? "" : whole.error();
  if (waiting_ == kWaitingMax) failure = "too many text messages are waiting to be sent";
  if (!failure.empty()) return boost::asio::post(io_, [done = std::move(done), failure] { done(failure); });
  ++waiting_;
  boost::asio::post(thread_, [this, whole = std::move(*whole), done = std::move(done)] {
    boost::asio::post(io_, [this, done, failure = ask(whole, ending_)] {
      --waiting_;
      done(failure);
    });
  });
}

}  // namespace smartkar::server
