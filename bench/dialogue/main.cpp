// Prints what the dialogues between processor and modem cost, measured on a simulated car.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/dialogue/dialogues.hpp"

namespace smartkar::bench {
namespace {

constexpr int kRings = 500;

struct Row {
  const char* key;  // in the JSON object; nullptr: not in it
  const char* title;
  Cost Dialogues::*cost;
};
constexpr Row kRows[] = {
    {nullptr, "first start, certificates to write", &Dialogues::first_start},
    {"cold_to_subscribed", "cold start to subscribed", &Dialogues::cold_to_subscribed},
    {"wake_to_first_publish", "wake, session lives, to announced", &Dialogues::wake_to_first_publish},
    {nullptr, "wake, session lost, to announced", &Dialogues::wake_without_session},
    {"wake_cycle", "wake, stop command, to its outcome", &Dialogues::wake_cycle},
    {nullptr, "the same until asleep again", &Dialogues::wake_until_asleep},
    {"publish", "publish", &Dialogues::publish},
    {nullptr, "receive", &Dialogues::receive},
};

struct Column {
  Engine engine;
  Dialogues dialogues;
};

std::string number(const Column& column, const Row& row, const char* unit) {
  const Cost& cost = column.dialogues.*row.cost;
  if (std::strcmp(unit, "exchanges") == 0) return std::to_string(cost.exchanges);
  if (std::strcmp(unit, "bytes") == 0) return std::to_string(cost.bytes);
  return std::to_string(wholeMilliseconds(cost.time));
}

void printJson(const std::vector<Column>& columns, const Latency& latency) {
  std::printf("{");
  for (const Row& row : kRows) {
    if (row.key == nullptr) continue;
    for (const char* unit : {"exchanges", "ms", "bytes"}) {
      std::printf("\"%s_%s\":{", row.key, unit);
      for (const Column& column : columns) {
        std::printf("%s\"%s\":%s", column.engine == Engine::Native ? "" : ",", engineName(column.engine).data(),
                    number(column, row, unit).c_str());
      }
      std::printf("},");
    }
  }
  std::printf("\"ri_to_first_puback_ms\":{\"p50\":%lld,\"p99\":%lld}}\n",
              static_cast<long long>(wholeMilliseconds(latency.p50)),
              static_cast<long long>(wholeMilliseconds(latency.p99)));
}

void printTable(const std::vector<Column>& columns, const Latency& latency) {
  std::printf(
      "exchanges / bytes / ms; an exchange is a command line, without polling\n"
      "tcp: as it is tried last, both starts include two openings of MQTT that fail, the sleep after four wakes one\n"
      "\n%-36s",
      "");
  for (const Column& column : columns) std::printf(" %20s", engineName(column.engine).data());
  std::printf("\n");
  for (const Row& row : kRows) {
    std::printf("%-36s", row.title);
    for (const Column& column : columns) {
      const std::string cell =
          number(column, row, "exchanges") + " / " + number(column, row, "bytes") + " / " + number(column, row, "ms");
      std::printf(" %20s", cell.c_str());
    }
    std::printf("\n");
  }
  std::printf("\nRI to first PUBACK, %d rings: p50 %lld ms, p99 %lld ms\n", kRings,
              static_cast<long long>(wholeMilliseconds(latency.p50)),
              static_cast<long long>(wholeMilliseconds(latency.p99)));
}

}  // namespace
}  // namespace smartkar::bench

int main(int count, char** arguments) {
  using namespace smartkar::bench;
  const bool json = count == 2 && std::strcmp(arguments[1], "--json") == 0;
  if (count > 1 && !json) {
    std::fprintf(stderr, "usage: smartkar-bench-dialogue [--json]\n");
    return 2;
  }
  std::vector<Column> columns;
  for (const Engine engine : kEngines) columns.push_back({engine, measureDialogues(engine)});
  const Latency latency = measureRingToFirstPuback(kRings);
  if (json) {
    printJson(columns, latency);
  } else {
    printTable(columns, latency);
  }
  return 0;
}
