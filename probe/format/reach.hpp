#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/config_reader.hpp"
#include "core/ip_family.hpp"

namespace core {

constexpr auto config_names(ip_family) {
  return std::array{std::pair{"any", ip_family::any}, std::pair{"prefer_4", ip_family::prefer_4},
                    std::pair{"prefer_6", ip_family::prefer_6},
                    std::pair{"only_4", ip_family::only_4}, std::pair{"only_6", ip_family::only_6}};
}

}  // namespace core

namespace probe {

/// Which way a connection takes; part of the requests of all kinds that connect.
struct reach {
  core::ip_family ip = core::ip_family::any;
  bool all_addresses = false;
  std::string source;  ///< numeric; "": any

  /// Adds the keys of a request that has a reach as its base.
  template <class T>
  static void describe_in(core::fields<T>& f) {
    f.optional("ip", &T::ip, "Which addresses of the name are used.");
    f.optional("all_addresses", &T::all_addresses,
               "Check every address of the name on its own; the step fails when any of them does.");
    f.optional("source", &T::source, "Address to connect from.");
  }
  /// A problem when `source` is no address.
  void check(const core::node& from, core::reading& r) const;

  std::optional<boost::asio::ip::address> source_address() const;
};

}  // namespace probe
