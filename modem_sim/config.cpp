#include "modem_sim/config.hpp"

namespace smartkar::modem_sim {

Timing Timing::fast() {
  Timing t;
  t.off_to_on = 100ms;
  t.uart_ready = 150ms;
  t.rdy = 10ms;
  t.sim_ready = 30ms;
  t.sms_ready = 60ms;
  t.attach = 100ms;
  t.reselection = 20ms;
  t.answer = 2ms;
  t.pdp = 30ms;
  t.gprs_attach = 100ms;
  t.mqtt_connect_plain = 20ms;
  t.mqtt_connect_tls = 40ms;
  t.mqtt_connect_timeout = 10s;
  t.mqtt_request_timeout = 10s;
  t.mqtt_subscribe = 10ms;
  t.mqtt_publish = 10ms;
  t.mqtt_disconnect = 10ms;
  t.socket_open_plain = 10ms;
  t.socket_open_tls = 20ms;
  t.socket_open_timeout = 10s;
  t.tcp_give_up = 20s;
  t.gnss_cold = 300ms;
  t.gnss_warm = 200ms;
  t.gnss_hot = 20ms;
  t.sms_send = 20ms;
  t.prompt = 2ms;
  t.power_down = 100ms;
  t.sleep_entry = 100ms;
  t.psm_entry = 20ms;
  t.rrc_setup = 2ms;
  t.rrc_tail = 1s;
  t.paging = 50ms;
  t.latency = 2ms;
  t.tcp_retransmission = 200ms;
  return t;
}

}  // namespace smartkar::modem_sim
