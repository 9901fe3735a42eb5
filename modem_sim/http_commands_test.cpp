// HTTP(S): AT Manual V1.05 chapter 13.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

// Application network up, settings made; the test plays the server.
struct HttpBench : ModemBench {
  explicit HttpBench(const std::string& url = "http://files.example:8080") {
    network.speaks_mqtt = false;
    ready();
    command("AT+CNACT=0,1", 1s);
    command("AT+SHCONF=\"URL\",\"" + url + "\"");
    command("AT+SHCONF=\"BODYLEN\",1024");
    command("AT+SHCONF=\"HEADERLEN\",350");
  }
  std::string connect() { return command("AT+SHCONN", 1s); }
  // What comes after the server has answered.
  std::string answer(std::string_view bytes) {
    network.write(bytes);
    advance(500ms);
    return takeOutput();
  }
  std::string get(const std::string& target) {
    command("AT+SHREQ=\"" + target + "\",1");
    advance(200ms);
    return network.takeBytes();
  }
};

std::string response(const std::string& status, const std::string& body, const std::string& heads = "") {
  return "HTTP/1.1 " + status + "\r\n" + heads + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(HttpTest, DownloadsAFileInPiecesByRange) {
  HttpBench bench;
  std::string file;
  for (int i = 0; i < 2500; ++i) file += static_cast<char>(i % 251);
  EXPECT_EQ(bench.connect(), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.endpoints.at(0).host, "files.example");
  EXPECT_EQ(bench.network.endpoints.at(0).port, 8080);
  std::string got;
  for (std::size_t from = 0; from < file.size(); from += 1024) {
    const std::string piece = file.substr(from, 1024);
    const std::string range = std::to_string(from) + "-" + std::to_string(from + 1023);
    bench.command("AT+SHCHEAD");
    EXPECT_EQ(bench.command("AT+SHAHEAD=\"Range\",\"bytes=" + range + "\""), "\r\nOK\r\n");
    EXPECT_EQ(bench.get("/fw.bin"),
              "GET /fw.bin HTTP/1.1\r\nHost: files.example:8080\r\nRange: bytes=" + range + "\r\n\r\n");
    bench.takeOutput();
    const std::string size = std::to_string(piece.size());
    EXPECT_EQ(bench.answer(response("206 Partial Content", piece)), "\r\n+SHREQ: \"GET\",206," + size + "\r\n");
    const std::string read = bench.command("AT+SHREAD=0," + size, 1s);
    EXPECT_EQ(read, "\r\nOK\r\n\r\n+SHREAD: " + size + "\r\n" + piece + "\r\n");
    got += piece;
  }
  EXPECT_EQ(got, file);
  EXPECT_EQ(bench.command("AT+SHDISC"), "\r\nOK\r\n");
  EXPECT_TRUE(bench.network.closed_in_order);
}

TEST(HttpTest, ReadsFromAnOffsetInPiecesOf2048) {
  HttpBench bench;
  bench.connect();
  bench.get("/f");
  bench.answer(response("200 OK", std::string(3000, 'a') + "end"));
  EXPECT_EQ(bench.command("AT+SHREAD=100,2903", 2s), "\r\nOK\r\n\r\n+SHREAD: 2048\r\n" + std::string(2048, 'a') +
                                                         "\r\n\r\n+SHREAD: 855\r\n" + std::string(852, 'a') +
                                                         "end\r\n");
  EXPECT_EQ(bench.command("AT+SHREAD=100,2904"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+SHREAD=0,0"), "\r\nERROR\r\n");
}

TEST(HttpTest, SendsBodiesHeadsAndParameters) {
  HttpBench bench("http://files.example");
  bench.connect();
  EXPECT_EQ(bench.command("AT+SHAHEAD=\"Content-Type\",\"text/plain\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SHBOD=5,1000"), "\r\n>");
  bench.type("hello");
  bench.advance(50ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SHBOD?"), "\r\n+SHBOD: \"hello\",5\r\n\r\nOK\r\n");
  bench.command("AT+SHREQ=\"/up\",3", 200ms);
  EXPECT_EQ(bench.network.takeBytes(),
            "POST /up HTTP/1.1\r\nHost: files.example\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(bench.answer(response("201 Created", "")), "\r\n+SHREQ: \"POST\",201,0\r\n");
  bench.command("AT+SHCHEAD");
  bench.command("AT+SHPARA=\"a\",\"1\"");
  bench.command("AT+SHPARA=\"b\",\"2\"");
  EXPECT_EQ(bench.get("/q"), "GET /q?a=1&b=2 HTTP/1.1\r\nHost: files.example\r\n\r\n");
  EXPECT_EQ(bench.command("AT+SHREQ?"), "\r\n+SHREQ: /q,1\r\n\r\nOK\r\n");
}

TEST(HttpTest, AnswersOfEveryKindAreUnderstood) {
  HttpBench bench;
  bench.connect();
  bench.get("/chunked");
  EXPECT_EQ(bench.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
            "\r\n+SHREQ: \"GET\",200,5\r\n");
  bench.command("AT+SHREQ=\"/head\",5", 200ms);
  bench.takeOutput();
  EXPECT_EQ(bench.answer("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"), "\r\n+SHREQ: \"HEAD\",200,0\r\n");
  bench.get("/late");
  EXPECT_EQ(bench.answer("HTTP/1.1 100 Continue\r\n\r\n"), "");
  EXPECT_EQ(bench.answer(response("404 Not Found", "gone")), "\r\n+SHREQ: \"GET\",404,4\r\n");
  bench.get("/until-closed");
  EXPECT_EQ(bench.answer("HTTP/1.0 200 OK\r\n\r\nabc"), "");
  bench.network.dropConnection();
  bench.advance(500ms);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SHREQ: \"GET\",200,3\r\n");
  EXPECT_EQ(bench.command("AT+SHSTATE?"), "\r\n+SHSTATE: 0\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+SHREAD=0,3"), HasSubstr("abc"));
}

TEST(HttpTest, ServerThatEndsTheConnectionIsLeft) {
  HttpBench bench;
  bench.connect();
  bench.get("/f");
  EXPECT_THAT(bench.answer(response("200 OK", "abc", "Connection: close\r\n")), HasSubstr("200,3"));
  EXPECT_EQ(bench.command("AT+SHSTATE?"), "\r\n+SHSTATE: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SHREQ=\"/f\",1"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.connect(), "\r\nOK\r\n");
}

TEST(HttpTest, EachFailureOfARequestHasItsCode) {
  HttpBench bench;
  bench.connect();
  bench.get("/f");
  EXPECT_EQ(bench.answer("SSH-2.0-nonsense\r\n"), "\r\n+SHREQ: \"GET\",600,0\r\n");
  bench.connect();
  bench.get("/silence");
  bench.advance(59s);
  EXPECT_EQ(bench.command("AT+SHREQ=\"/other\",1"), "\r\nERROR\r\n");  // one at a time
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SHREQ: \"GET\",601,0\r\n");
  bench.connect();
  bench.get("/lost");
  bench.modem.dropPdp(bench.now);
  bench.advance(100ms);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("\r\n+SHREQ: \"GET\",601,0\r\n"));
  EXPECT_EQ(bench.command("AT+SHSTATE?"), "\r\n+SHSTATE: 0\r\n\r\nOK\r\n");
}

TEST(HttpTest, BodyBeyondTheBufferIsRefused) {
  HttpBench bench;
  bench.connect();
  bench.get("/large");
  EXPECT_EQ(bench.answer(response("200 OK", std::string(307'201, 'x'))), "\r\n+SHREQ: \"GET\",602,0\r\n");
}

TEST(HttpTest, ConnectsOnlyWithSettingsNetworkAndAnAnswer) {
  HttpBench bench("files.example");
  EXPECT_EQ(bench.connect(), "\r\nERROR\r\n");
  bench.command("AT+SHCONF=\"URL\",\"http://files.example\"");
  bench.command("AT+SHCONF=\"BODYLEN\",0");
  EXPECT_EQ(bench.connect(), "\r\nERROR\r\n");
  bench.command("AT+SHCONF=\"BODYLEN\",1024");
  bench.network.reachable = false;
  EXPECT_EQ(bench.connect(), "\r\nERROR\r\n");
  bench.command("AT+CNACT=0,0");
  bench.network.reachable = true;
  EXPECT_EQ(bench.connect(), "\r\nERROR\r\n");
  for (const char* line : {"AT+SHDISC", "AT+SHREQ=\"/\",1", "AT+SHBOD=5,1000", "AT+SHPARA=\"a\",\"b\"", "AT+SHCPARA",
                           "AT+SHCHEAD", "AT+SHREAD=0,1"}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
}

TEST(HttpTest, HttpsTakesItsTlsContext) {
  HttpBench bench("https://files.example");
  EXPECT_EQ(bench.command("AT+CSSLCFG=\"SNI\",2,\"files.example\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SHSSL=2,\"\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.connect(), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.endpoints.at(0).port, 443);
  EXPECT_EQ(bench.network.endpoints.at(0).tls.value().server_name, "files.example");
  bench.command("AT+SHDISC");
  bench.command("AT+SHSSL=2,\"unknown.crt\"");
  EXPECT_EQ(bench.connect(), "\r\nERROR\r\n");
}

TEST(HttpTest, SettingsHaveTheirRangesAndPrintThemselves) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+SHCONF?"),
            "\r\n+SHCONF:\r\nURL: 0.0.0.0:80\r\nTIMEOUT: 60\r\nBODYLEN: 0\r\nHEADERLEN: 0\r\nPOLLCNT: 15\r\n"
            "POLLINTMS: 500\r\nIPVER: 0\r\n\r\nOK\r\n");
  for (const char* line : {"AT+SHCONF=\"TIMEOUT\",29", "AT+SHCONF=\"BODYLEN\",4097", "AT+SHCONF=\"HEADERLEN\",351",
                           "AT+SHCONF=\"NOTHING\",1", "AT+SHSSL=6,\"\"", "AT+SHAHEAD=\"a\",\"b\""}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
}

TEST(HttpTest, DownloadsAtOnceIntoTheFileSystem) {
  HttpBench bench;
  EXPECT_EQ(bench.command("AT+HTTPTOFS?"), "\r\n+HTTPTOFS: 0,\"\",\"\"\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+HTTPTOFS=\"http://files.example/fw.bin\",\"/custapp/fw.bin\"", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.takeBytes(), "GET /fw.bin HTTP/1.1\r\nHost: files.example\r\n\r\n");
  bench.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabc");
  EXPECT_EQ(bench.command("AT+HTTPTOFSRL?"), "\r\n+HTTPTOFSRL: 1,3,8\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.answer("defgh"), "\r\n+HTTPTOFS: 200,8\r\n");
  EXPECT_EQ(bench.command("AT+HTTPTOFSRL?"), "\r\n+HTTPTOFSRL: 0,0,0\r\n\r\nOK\r\n");
  bench.command("AT+CFSINIT");
  EXPECT_THAT(bench.command("AT+CFSRFILE=0,\"fw.bin\",0,100"), HasSubstr("+CFSRFILE: 8\r\nabcdefgh"));
}

TEST(HttpTest, DownloadTriesAgainThenTellsWhyAndLeavesNoFile) {
  HttpBench bench;
  bench.network.reachable = false;
  bench.network.error = OpenError::Dns;
  bench.command("AT+HTTPTOFS=\"http://files.example/fw.bin\",\"/custapp/fw.bin\",10,7", 5s);
  EXPECT_EQ(bench.network.endpoints.size(), 7U);
  bench.network.reachable = true;
  bench.command("AT+HTTPTOFS=\"http://files.example/fw.bin\",\"/custapp/fw.bin\"", 1s);
  bench.modem.dropPdp(bench.now);
  bench.advance(5s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("\r\n+HTTPTOFS: 601,0\r\n"));
  bench.command("AT+CNACT=0,1", 1s);
  bench.command("AT+HTTPTOFS=\"http://files.example/fw.bin\",\"/custapp/fw.bin\"", 1s);
  EXPECT_EQ(bench.answer(response("404 Not Found", "no")), "\r\n+HTTPTOFS: 404,0\r\n");
  bench.command("AT+CFSINIT");
  EXPECT_EQ(bench.command("AT+CFSGFIS=0,\"fw.bin\""), "\r\nERROR\r\n");
  for (const char* line : {"AT+HTTPTOFS=\"files.example\",\"/custapp/f\"", "AT+HTTPTOFS=\"http://h/\",\"/elsewhere/f\"",
                           "AT+HTTPTOFS=\"http://h/\",\"/custapp/\"", "AT+HTTPTOFS=\"http://h/\",\"/custapp/f\",9"}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
