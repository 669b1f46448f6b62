// FNV-1a, a hash of bytes that is the same on every platform (Fowler, Noll, Vo; RFC 9923).
#ifndef ALEMBIC_NATIVE_TEXT_FNV1A_H
#define ALEMBIC_NATIVE_TEXT_FNV1A_H

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace alembic_native {

// The 64-bit variant: offset basis cbf29ce484222325, prime 100000001b3. No protection against
// somebody who wants two texts to have the same hash.
class Fnv1a {
 public:
  void add(char c) { hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U; }

  std::string hex() const { return fmt::format("{:016x}", hash_); }  // 16 digits

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TEXT_FNV1A_H
