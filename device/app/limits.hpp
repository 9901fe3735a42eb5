#pragma once

#include <cstddef>

#include "device/app/device_settings.hpp"
#include "device/app/retained_state.hpp"
#include "device/command/journal.hpp"

namespace smartkar::device {

// Memory of the device, all of it fixed. Capacities that belong to one part stand there, and count here:
//   kDialogueArenaBytes                                                                   12 KiB
//   at, modem and links: lines, answers, addresses, a message in and one out             12 KiB
//   MQTT by the processor: a packet in, one out, one unacknowledged, input                5 KiB
//   kJsonTokensMax: one document                                                          5 KiB
//   a state message with every field                                                      4 KiB
//   kResultBytesMax twice: a result under construction, and one being sent in parts       4 KiB
//   kDevicePayloadBytesMax: an outbox message, a status, a part                           3 KiB
//   kInboxMessages                                                                        3 KiB
//   kParameterTextBytes and the values: the parameters of the command under way          1 KiB
//   kJournalEntriesMax and the cells of the car table                                     1 KiB
//   configuration: as the port gives it, in force, and what is stored                     4 KiB
// Beside it the retained memory, of which kOutboxItemsMax × kOutboxItemBytesMax are the most, and a Console of 256
// bytes where the port has one.
inline constexpr std::size_t kDeviceBytesMax = 54 * 1024;

// ESP32-S3 has 8 KiB of RTC memory; the rest is the boot loader's and the ULP's.
inline constexpr std::size_t kRetainedBytesMax = 6144;
static_assert(sizeof(RetainedMemory) <= kRetainedBytesMax);

// Flash, for ten years of the worst days: a sector takes 100,000 erases (W25Q128JV data sheet, features; the chips on
// modules of the ESP32-S3 are of this kind). Both partitions have two sectors of 4 KiB that take turns.
inline constexpr int kDaysOfLife = 3653;
inline constexpr int kPartitionErasesMax = 2 * 100'000;
inline constexpr int kFlashSectorBytes = 4096;
// Journal: a command a minute, day and night, of three records, and a cold start every ten minutes. An erase makes room
// for what is not copied.
inline constexpr int kJournalRecordsADay = 24 * 60 * 3 + 24 * 6;
inline constexpr int kJournalRecordsAnErase = kFlashSectorBytes / int{kRecordBytes} - 1 - int{kJournalEntriesMax};
inline constexpr int kJournalErasesADay = kJournalRecordsADay / kJournalRecordsAnErase + 1;
static_assert(kJournalErasesADay * kDaysOfLife <= kPartitionErasesMax);
// Configuration: twelve changes a day that are all taken back, with a copy for the change, each minute of the trial,
// its end, and that the server was told; and in each kLearnedInterval a copy for what was learned.
inline constexpr int kConfigurationCopiesADay = 12 * (kTrialMinutes + 3) + 24h / kLearnedInterval;
inline constexpr int kConfigurationErasesADay =
    kConfigurationCopiesADay / (kFlashSectorBytes / int{kConfigurationSlotBytes}) + 1;
static_assert(kConfigurationErasesADay * kDaysOfLife <= kPartitionErasesMax);

// Messages on the command topic between two turns: a sync, a few commands, a cancel. More are dropped and sent again.
inline constexpr std::size_t kInboxMessages = 6;

// Frames of the one dialogue, from the contact down to the AT command; the tests assert the high water.
inline constexpr std::size_t kDialogueArenaBytes = 12288;

}  // namespace smartkar::device
