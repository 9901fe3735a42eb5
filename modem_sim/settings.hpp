#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smartkar::modem_sim {

// Kept in the modem's flash: AUTO_SAVE in the AT manual; survives reset and power cut. CLTS takes effect at a restart.
struct SavedSettings {
  int ipr = 115200;  // 0 = autobaud
  int cfun = 1;
  int csclk = 0;
  int cnmp = 2;
  int cmnb = 3;
  int clts = 0;
  int cnetlight = 1;
  int cbatchk = 0;
  int cops_mode = 0;
  int cpsms = 0;
  std::array<int, 4> gnss_constellations = {1, 0, 0, 0};  // CGNSMOD: GLONASS, Beidou, Galileo, QZSS
  int cgsms = 1;                                          // as in the example of §6.2.6
  int csdp = 2;
  std::map<int, std::string> pdp_authentication;  // CGAUTH: cid to type,"user"
  std::string sms_centre = "+4900000000";         // CSCA, on the SIM
  int csmp_first_octet = 17;                      // of CSMP, all that is kept of it (note of §4.2.13)
  std::string psm_tau = "01100000";
  std::string psm_active = "00000000";
  int edrx_mode = 0;                                                 // CEDRXS n: 0 off, 1 on, 2 on with URC
  std::map<int, std::string> edrx;                                   // by access technology: 4 CAT-M, 5 NB-IoT
  std::map<int, std::array<int, 3>> edrx_numbers{{2, {}}, {3, {}}};  // CEDRX: network type to enabled,window,cycle
  std::map<int, std::string> pdp_contexts;                           // CGDCONT: cid to "type","apn"
  std::map<std::string, int, std::less<>> urc_groups{
      // CURCCFG, AT Manual V1.05 §5.2.49
      {"SYS", 1}, {"SIMCARD", 1}, {"SMS", 1}, {"NETWORK", 1}, {"TCPIP", 1}, {"QUALCOMM", 0}};
  std::map<std::string, std::string, std::less<>> bands{{"CAT-M", "1,2,3,4,5,8,12,13,14,18,19,20,25,26,27,28,66,85"},
                                                        {"NB-IOT", "1,2,3,4,5,8,12,13,18,19,20,25,26,28,66,71,85"}};
};

// AT+CNCFG of one context (§7.2.2).
struct NetworkConfig {
  int type = 0;                        // 0 both, 1 IPv4, 2 IPv6, 3 NONIP, 4 EX_NONIP
  std::string rest = R"("","","",0)";  // as CNCFG? prints it: "apn","user","password",authentication
};

// AT+SMCONF (AT Manual V1.05 §17.2.1).
struct MqttSettings {
  std::string client_id;
  std::string host = "0.0.0.0";
  std::uint16_t port = 1883;
  int keep_time = 60;
  std::string user_name;
  std::string password;
  int clean_session = 0;
  int will_qos = 0;
  std::string will_topic;
  std::string will_message;
  int will_retain = 0;
  int sub_hex = 0;
  int async_mode = 0;
};

// A device of Alibaba Cloud (§17.2.10, §17.2.11).
struct AlibabaDevice {
  std::string product_key;
  std::string device_name;
  std::string secret;
};

// What SMCONN says who the device is: SMCONF, SMALIAUTH or SMALIDYNA.
enum class AlibabaLogin : std::uint8_t { None, DeviceSecret, Registration };

// One TLS context of AT+CSSLCFG (§11.2.1).
struct SslContext {
  int version = 3;
  int ignore_time = 0;
  int protocol = 1;
  int max_fragment_disable = 0;
  std::array<std::string, 8> ciphers;
  std::string server_name;
};

// AT+CASSLCFG of one connection (§12.2.2).
struct SocketTls {
  bool shown = false;  // the host has named the connection
  int enabled = 0;
  int context = 0;  // CRINDEX
  std::string ca;
  std::string certificate;
  std::string psk_table;
};

// AT+CACFG (§12.2.10) and CASRIP, for all connections. Nothing: not given, then the stack decides.
struct SocketSettings {
  static constexpr std::size_t kConnections = 13;
  template <class Value>
  using ByConnection = std::array<std::optional<Value>, kConnections>;

  std::optional<int> wait_100ms = 2;      // TRANSWAITTM, of transparent mode
  std::optional<int> packet_size = 1320;  // TRANSPKTSIZE, likewise
  std::optional<int> selective_ack = 1;   // SACK
  std::optional<int> segment_size;        // MSS
  std::optional<int> ack_delay_ms = 0;    // ACKDELAY
  std::optional<int> retransmit_ms;       // TCPIRT
  std::optional<int> retransmissions;     // MAXRXT
  std::optional<int> give_up_ms;          // TCPOT
  int keep_alive = 1;
  std::array<int, 3> keep_alive_values{};  // idle s, interval s, probes; 0: not given
  std::optional<int> no_delay = 1;         // TCP_NODELAY
  std::optional<int> linger;
  std::optional<int> linger_ms;
  std::optional<int> send_buffer = 10240;
  std::optional<int> receive_buffer = 10240;
  std::optional<int> auto_close;  // ATOCLOSE
  std::optional<int> auto_close_s;
  std::optional<int> clients;  // ACCEPTNUM
  std::optional<int> async_open;
  ByConnection<int> send_timeout_ms;  // TIMEOUT
  ByConnection<int> local_port;       // LOCALPORT
  ByConnection<std::string> remote;   // REMOTEADDR: "address",port
  int show_remote = 0;                // CASRIP
};

// AT+CNMI (§4.2.8).
struct Cnmi {
  int mode = 2;
  int mt = 1;
  int bm = 0;
  int ds = 0;
  int bfr = 0;
};

// AT+CDNSCFG (§19.2.2): primary and secondary server; the defaults are the manual's.
struct DnsSettings {
  std::array<std::string, 2> ipv4 = {"0.0.0.0", "0.0.0.0"};
  std::array<std::string, 2> ipv6 = {"0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0"};
};

// AT+CNTP and CNTPCID (§16.2).
struct NtpSettings {
  std::string server;
  int zone = 0;     // quarters of an hour
  int context = 0;  // index of CNACT
  int mode = 0;     // 0 sets the clock, 1 prints the time, 2 does both
};

// Names and values in a request, in order.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

// AT+SH… (chapter 13).
struct HttpSettings {
  std::string url = "0.0.0.0:80";
  int timeout_s = 60;
  int body_max = 0;
  int header_max = 0;
  int poll_count = 15;
  int poll_ms = 500;
  int ip_version = 0;
  int ssl_context = 0;
  std::string ca;
  std::string certificate;
  HttpFields heads;
  HttpFields parameters;
  std::string body;
  std::string target;  // of the latest request
  int method = 0;      // 1 GET, 2 PUT, 3 POST, 4 PATCH, 5 HEAD
};

// AT+SGNSCFG and CGNSXTRA (§8.2.7, §8.2.9).
struct GnssSettings {
  int nmea_port = 0;  // 1 USB, 2 UART3
  std::optional<int> nmea_rate;
  int nmea_type = 0;
  int out_urc = 0;
  int delete_data = 0;  // ADSS: 0 hot start, 1 warm, 2 … 4 cold
  int mode = 0;         // MODE
  int threshold_m = 1000;
  int timeout_ms = 30000;
  int extra_info = 0;
  int xtra = 0;
};

// Lost at every restart.
struct VolatileSettings {
  bool echo = true;
  bool verbose = true;  // ATV1
  bool quiet = false;   // ATQ1: no result codes
  std::map<int, int> s_registers;
  std::string character_set = "IRA";  // CSCS
  std::array<int, 2> flow_control{};  // IFC: by the host, by the modem
  // SLEDS: ms on and off of the net light while not registered, while registered, with data (§5.2.11).
  std::array<std::array<int, 2>, 3> net_light = {{{64, 800}, {64, 3000}, {64, 300}}};
  int cnsmod = 0;
  int cops_format = 0;  // of COPS?: 0 long, 1 short, 2 digits
  int engineering = 0;  // CENG mode
  int crrcstate = 0;
  std::array<int, 2> release_assistance{};  // CRAI
  int cmee = 0;
  int cereg = 0;
  int cgreg = 0;
  int creg = 0;
  int cfun = 1;
  int cfgri = 0;
  int cmgf = 0;
  int cpsmstatus = 0;
  int psm_threshold_s = 20;  // CPSMCFG: the mode is not entered for less
  int psm_versions = 15;     // likewise; a mask of what PSM is made of, all of which is the same here
  Cnmi cnmi;
  int csdh = 0;
  int csms = 0;
  std::array<std::string, 3> csmp = {"167", "0", "0"};  // validity (a number or a time), protocol, coding
  bool clts = false;                                    // in force since the restart
  std::map<int, NetworkConfig> network_configs;         // CNCFG, by index
  MqttSettings mqtt;
  AlibabaDevice alibaba_device;
  AlibabaDevice alibaba_product;  // the device of which only the product's secret is known
  AlibabaLogin alibaba_login = AlibabaLogin::None;
  int ssl_index = 0;  // SMSSL: 0 plain, else TLS context + 1
  std::string ssl_ca;
  std::string ssl_certificate;
  int sm_pub_hex = 0;
  int sm_receive_sleep = 0;  // SMRCVSLPTM, ms
  std::array<SslContext, 6> ssl;
  std::optional<int> socket_id;  // CACID
  std::array<SocketTls, SocketSettings::kConnections> socket_tls;
  SocketSettings sockets;
  DnsSettings dns;
  int dns_context = 4;  // CDNSPDPID: an index of CNACT; 4: any
  NtpSettings ntp;
  GnssSettings gnss;
  HttpSettings http;
};

}  // namespace smartkar::modem_sim
