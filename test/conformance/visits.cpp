#include "test/conformance/visits.hpp"

#include <algorithm>
#include <cstdio>

#include "device/command/command_table.hpp"

namespace smartkar::conformance {
namespace {

using CarRow = device::Row;
using CarHappening = device::Happening;

// Calls with every row and happening of a table.
template <class Row, class Happening, std::size_t rows, std::size_t happenings, class Call>
void forEachCell(Call call) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t happening = 0; happening < happenings; ++happening) {
      call(static_cast<Row>(row), static_cast<Happening>(happening));
    }
  }
}
template <class Call>
void forEachServerCell(Call call) {
  forEachCell<server::Row, server::Happening, server::kRowCount, server::kHappeningCount>(call);
}
template <class Call>
void forEachCarCell(Call call) {
  forEachCell<CarRow, CarHappening, device::kRows, device::kHappenings>(call);
}

void add(StateTable& table, std::string_view row, std::string_view column, bool reachable) {
  if (std::ranges::find(table.rows, row) == table.rows.end()) table.rows.emplace_back(row);
  if (std::ranges::find(table.columns, column) == table.columns.end()) table.columns.emplace_back(column);
  table.reachable[{std::string(row), std::string(column)}] = reachable;
}

std::uint64_t visitsOf(const Visits& visits, const std::string& row, const std::string& column) {
  const auto found = visits.find({row, column});
  return found != visits.end() ? found->second : 0;
}

}  // namespace

void addVisits(Visits& visits, const device::DeviceController& car) {
  const auto& counts = car.router().cells();
  forEachCarCell([&](CarRow row, CarHappening happening) {
    visits[{std::string(rowName(row)), std::string(happeningName(happening))}] += counts.at(row, happening);
  });
}

void addVisits(Visits& visits, const server::CellCounts& counts) {
  forEachServerCell([&](server::Row row, server::Happening happening) {
    visits[{std::string(rowName(row)), std::string(happeningName(happening))}] += counts.of(row, happening);
  });
}

const StateTable& serverTable() {
  static const StateTable table = [] {
    StateTable made;
    forEachServerCell([&](server::Row row, server::Happening happening) {
      add(made, rowName(row), happeningName(happening), stepFor(row, happening) != server::Step::Impossible);
    });
    return made;
  }();
  return table;
}

const StateTable& carTable() {
  static const StateTable table = [] {
    StateTable made;
    forEachCarCell([&](CarRow row, CarHappening happening) {
      add(made, rowName(row), happeningName(happening), stepFor(row, happening) != device::Step::Impossible);
    });
    return made;
  }();
  return table;
}

std::vector<std::string> unvisited(const StateTable& table, const Visits& visits) {
  std::vector<std::string> cells;
  for (const auto& row : table.rows) {
    for (const auto& column : table.columns) {
      const bool reachable = table.reachable.at({row, column});
      if (reachable && visitsOf(visits, row, column) == 0) cells.emplace_back(row).append(": ").append(column);
    }
  }
  return cells;
}

std::size_t reachableCells(const StateTable& table) {
  return static_cast<std::size_t>(std::ranges::count_if(table.reachable, [](const auto& cell) { return cell.second; }));
}

std::string printed(const StateTable& table, const Visits& visits) {
  constexpr int kRowWidth = 12;
  const auto cell = [](const std::string& text, std::size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
  };
  std::string text(kRowWidth, ' ');
  for (const auto& column : table.columns) text.append("  ").append(cell(column, 6));
  for (const auto& row : table.rows) {
    text.append("\n").append(row).append(kRowWidth - row.size(), ' ');
    for (const auto& column : table.columns) {
      const bool reachable = table.reachable.at({row, column});
      const std::string count = reachable ? std::to_string(visitsOf(visits, row, column)) : "x";
      text.append("  ").append(cell(count, std::max<std::size_t>(column.size(), 6)));
    }
  }
  return text + "\n";
}

}  // namespace smartkar::conformance
