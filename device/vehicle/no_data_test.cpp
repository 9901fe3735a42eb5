#include "device/vehicle/no_data.hpp"

#include <gtest/gtest.h>

namespace smartkar::device {
namespace {

TEST(NoData, WhatTheCarSendsForUnknownIsUnknown) {
  VehicleSnapshot car;
  car.soc = 0.0;
  car.soc_source = SignalSource::Bap;
  car.charging_mode = 15;
  car.charging_status = 0;
  car.charging_amps = 255;
  car.remaining_min = 255;
  car.energy_wh = 0.0;
  const VehicleSnapshot clean = withoutNoData(car);
  EXPECT_FALSE(clean.soc || clean.soc_source || clean.charging_mode || clean.charging_status);
  EXPECT_FALSE(clean.charging_amps || clean.remaining_min || clean.energy_wh);
}

TEST(NoData, RealValuesStay) {
  VehicleSnapshot car;
  car.soc = 1.0;
  car.charging_amps = 0;
  car.remaining_min = 254;
  car.range_km = 2044;
  const VehicleSnapshot clean = withoutNoData(car);
  EXPECT_EQ(clean.soc, 1.0);
  EXPECT_EQ(clean.charging_amps, 0);
  EXPECT_EQ(clean.remaining_min, 254);
  EXPECT_EQ(clean.range_km, 2044);
}

TEST(NoData, RangeIsUnknownOneByOneAboveItsLimitAndWholeWithoutATotal) {
  for (const int no_data : {2045, 2046, 2047}) {
    VehicleSnapshot car;
    car.range_km = 130;
    car.display_km = no_data;
    EXPECT_EQ(withoutNoData(car).range_km, 130);
    EXPECT_FALSE(withoutNoData(car).display_km);
  }
  VehicleSnapshot car;
  car.range_km = 0;
  car.consumption = 11.5;
  EXPECT_FALSE(withoutNoData(car).consumption);
}

TEST(NoData, Defect44NothingRunsBesideASilentBus) {
  VehicleSnapshot car;
  car.charging = true;
  car.climate_active = true;
  EXPECT_TRUE(withoutNoData(car).charging);
  car.bus_awake = false;
  EXPECT_FALSE(withoutNoData(car).charging);
  EXPECT_FALSE(withoutNoData(car).climate_active);
  car.charging = false;
  EXPECT_EQ(withoutNoData(car).charging, false);
}

}  // namespace
}  // namespace smartkar::device
