#include "server/http/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>
#include <string>

#include "server/http/endpoints.hpp"

namespace smartkar::server {
namespace {

namespace json = boost::json;

std::string lowerCase(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

TEST(OpenApi, DescribesEveryEndpointAndNoOther) {
  const json::value document = json::parse(openApiJson());
  std::set<std::string> described;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      if (method != "parameters") described.insert(std::string(method) + ' ' + std::string(path));
    }
  }
  std::set<std::string> served;
  for (const Endpoint& endpoint : endpoints()) {
    served.insert(lowerCase(methodName(endpoint.method)) + ' ' + std::string(endpoint.pattern));
  }
  EXPECT_EQ(described, served);
}

TEST(OpenApi, SaysWhichEndpointsNeedNoToken) {
  const json::value document = json::parse(openApiJson());
  for (const Endpoint& endpoint : endpoints()) {
    const json::object& operation =
        document.at("paths").at(endpoint.pattern).at(lowerCase(methodName(endpoint.method))).as_object();
    EXPECT_EQ(operation.contains("security"), endpoint.access == Access::Public) << endpoint.pattern;
  }
}

}  // namespace
}  // namespace smartkar::server
