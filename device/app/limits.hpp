#pragma once

#include <cstddef>

#include "device/app/retained_state.hpp"

namespace smartkar::device {

// Memory of the device, all of it fixed. Capacities that belong to one part stand there, and count here:
//   kDialogueArenaBytes                                                                   12 KiB
//   at, modem and link: lines, answers, a message in and one out, addresses                9 KiB
//   MQTT by the processor: a packet in, one out, one unacknowledged, input                5 KiB
//   kJsonTokensMax: one document                                                          5 KiB
//   a state message with every field                                                      4 KiB
//   kResultBytesMax twice: a result under construction, and one being sent in parts       4 KiB
//   kDevicePayloadBytesMax: an outbox message, a status, a part                           3 KiB
//   kInboxMessages                                                                        3 KiB
//   kParameterTextBytes and the values: the parameters of the command under way          1 KiB
//   kJournalEntriesMax and the cells of the car table                                     1 KiB
// Beside it the retained memory, of which kOutboxItemsMax × kOutboxItemBytesMax are the most.
inline constexpr std::size_t kDeviceBytesMax = 49 * 1024;

// ESP32-S3 has 8 KiB of RTC memory; the rest is the boot loader's and the ULP's.
inline constexpr std::size_t kRetainedBytesMax = 6144;
static_assert(sizeof(RetainedMemory) <= kRetainedBytesMax);

// Messages on the command topic between two turns: a sync, a few commands, a cancel. More are dropped and sent again.
inline constexpr std::size_t kInboxMessages = 6;

// Frames of the one dialogue, from the contact down to the AT command; the tests assert the high water.
inline constexpr std::size_t kDialogueArenaBytes = 12288;

}  // namespace smartkar::device
