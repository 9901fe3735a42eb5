#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>

#include "cli/http_client.hpp"

namespace smartkar::cli {

// One HTTP transfer of libcurl that can be waited for together with the interrupt.
class CurlTransfer {
 public:
  enum class Pause { Ready, Ended, Deadline, Interrupted };

  CurlTransfer(const Endpoint& endpoint, const Interrupt& interrupt);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  CURL* handle() { return easy_; }
  void addHeader(const std::string& line);
  // Call once, after all options are set.
  void start(const std::string& path);
  // Moves bytes until ready() holds, the transfer is over, the deadline is reached or the user wants to stop.
  Pause drive(const std::function<bool()>& ready, Clock::time_point deadline);
  // Status of the answer; 0 before its head came.
  long status() const;
  // Why the transfer ended, for Pause::Ended and Pause::Deadline.
  HttpProblem problem() const;
  bool failed() const { return result_ != CURLE_OK; }

  std::string body;  // received and not yet taken

 private:
  static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
  bool ended();

  const Interrupt& interrupt_;
  std::string base_url_;
  CURLM* multi_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  bool added_ = false;
  bool over_ = false;
  CURLcode result_ = CURLE_OK;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace smartkar::cli
