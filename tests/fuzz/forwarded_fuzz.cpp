#include <string>

#include "sidecar/proxy/forwarded.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// What is read lies in what came, and an obfuscated identifier is never an address.
void check_field(const char* name, std::string_view value) {
  core::http_fields fields;
  fields.add({name, value});
  const auto said = sidecar::read_forwarded(fields);
  for (const auto part : {said.client, said.proto, said.host}) require(inside(part, value));
  require(!said.client.starts_with('_'));
}

/// An authority put together from its parts is read alike.
void check_authority(std::string_view text) {
  const auto read = sidecar::split_authority(text);
  require(inside(read.host, text));
  if (!read.port) return;
  const bool bare = read.host.find(':') != read.host.npos || text.starts_with('[');
  const std::string again = (bare ? "[" + std::string(read.host) + "]" : std::string(read.host)) +
                            ":" + std::to_string(*read.port);
  const auto second = sidecar::split_authority(again);
  require(second.host == read.host && second.port == read.port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  for (const char* name : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host"})
    check_field(name, text);
  check_authority(text);
  return 0;
}
