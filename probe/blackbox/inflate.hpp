#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace probe::blackbox {

enum class inflate_form {
  gzip,     ///< RFC 1952
  deflate,  ///< RFC 1951, bare, as the real exporter reads it
};

/// What a compressed body holds, as far as it could be read.
struct inflated {
  std::string text;   ///< at most `limit` bytes
  std::string why;    ///< what is wrong with it; empty: nothing
  bool began = true;  ///< it has the head of its form
};

inflated inflate(std::string_view body, inflate_form form, std::size_t limit);

}  // namespace probe::blackbox
