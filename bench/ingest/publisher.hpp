#pragma once

#include <cstdint>

#include "bench/ingest/publish_batch.hpp"

namespace smartkar::bench {

// Publishes the batch at QoS 1 to a broker on this machine over one plain connection, as fast as the broker
// acknowledges. Returns when all of it is acknowledged. Throws if that does not work.
Pumped publishAll(std::uint16_t port, const PublishBatch& batch);

}  // namespace smartkar::bench
