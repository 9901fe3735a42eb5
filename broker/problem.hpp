#pragma once

#include <string>

namespace smartkar::broker {

enum class ProvisionError {
  InvalidArgument,  // a name, number or path that cannot be used
  AlreadyExists,
  NotFound,
  FileFailed,    // the file system refused; text says which path and why
  CryptoFailed,  // OpenSSL refused
  Damaged,       // a file of the installation cannot be understood
};

// Why something could not be provisioned.
struct Problem {
  ProvisionError cause;
  std::string text;  // one sentence for a person, without a full stop; names the path or value at fault
};

}  // namespace smartkar::broker
