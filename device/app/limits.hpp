#pragma once

#include <cstddef>

#include "device/app/retained_state.hpp"

namespace smartkar::device {

// Memory of the device, all of it fixed. Capacities that belong to one part stand there: kJournalEntriesMax,
// kOutboxItemsMax and kOutboxItemBytesMax (device/command), kJsonTokensMax (protocol).

// ESP32-S3 has 8 KiB of RTC memory; the rest is the boot loader's and the ULP's.
inline constexpr std::size_t kRetainedBytesMax = 6144;
static_assert(sizeof(RetainedMemory) <= kRetainedBytesMax);

// Messages on the command topic between two turns: a sync, a few commands, a cancel. More are dropped and sent again.
inline constexpr std::size_t kInboxMessages = 6;

// Frames of the one dialogue, from the contact down to the AT command; the tests assert the high water.
inline constexpr std::size_t kDialogueArenaBytes = 12288;

}  // namespace smartkar::device
