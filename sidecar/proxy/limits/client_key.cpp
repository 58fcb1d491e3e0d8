#include "sidecar/proxy/limits/client_key.hpp"

namespace sidecar {
namespace {

using boost::asio::ip::address;

template <class Bytes>
std::uint64_t number_of(const Bytes& bytes, std::size_t from, std::size_t to) noexcept {
  std::uint64_t out = 0;
  for (std::size_t i = from; i < to; ++i) out = out << 8 | bytes[i];
  return out;
}

}  // namespace

client_key client_of(const address& from) noexcept {
  if (from.is_v4()) return {from.to_v4().to_uint(), false};
  const auto v6 = from.to_v6();
  const auto bytes = v6.to_bytes();
  if (v6.is_v4_mapped()) return {number_of(bytes, 12, 16), false};
  return {number_of(bytes, 0, 8), true};
}

}  // namespace sidecar
