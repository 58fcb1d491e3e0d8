#include "core/ticket_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace core {
namespace {

template <std::size_t N>
void fill(std::array<std::uint8_t, N>& bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes for a session ticket key");
}

ticket_keys::key fresh_key() {
  ticket_keys::key out;
  fill(out.name);
  fill(out.cipher);
  fill(out.mac);
  return out;
}

}  // namespace

ticket_keys::~ticket_keys() {
  if (current_) OPENSSL_cleanse(&*current_, sizeof *current_);
  if (previous_) OPENSSL_cleanse(&*previous_, sizeof *previous_);
}

void ticket_keys::rotate(instant now) {
  if (current_ && now - born_ < period_) return;
  const bool lately = current_ && now - born_ < 2 * period_;
  if (previous_) OPENSSL_cleanse(&*previous_, sizeof *previous_);
  previous_ = lately ? current_ : std::nullopt;
  current_ = fresh_key();
  born_ = now;
}

ticket_keys::key ticket_keys::sealing(instant now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  return *current_;
}

std::optional<ticket_keys::opened> ticket_keys::opening(std::span<const std::uint8_t, 16> name,
                                                        instant now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  const auto named = [&](const std::optional<key>& k) {
    return k && std::equal(name.begin(), name.end(), k->name.begin());
  };
  if (named(current_)) return opened{*current_, false};
  if (named(previous_)) return opened{*previous_, true};
  return std::nullopt;
}

}  // namespace core
