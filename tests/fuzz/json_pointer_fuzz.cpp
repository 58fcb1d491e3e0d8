#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "probe/format/json_pointer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

std::string escaped(std::string_view token) {
  std::string out;
  for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

using places = std::map<std::string, const boost::json::value*>;

/// Every value of a document by its pointer, of which there is one (RFC 6901).
void collect(const boost::json::value& value, const std::string& at, places& into) {
  into[at] = &value;
  if (const auto* object = value.if_object())
    for (const auto& [name, member] : *object)
      collect(member, at + "/" + escaped({name.data(), name.size()}), into);
  if (const auto* array = value.if_array())
    for (std::size_t i = 0; i < array->size(); ++i)
      collect((*array)[i], at + "/" + std::to_string(i), into);
}

}  // namespace

// The first line is the pointer, the rest the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const std::string line(fuzz::take_until(rest));
  const auto pointer = probe::json_pointer::parse(line);
  if (!pointer) return 0;
  std::string written;
  for (const auto& token : pointer->tokens()) written += "/" + escaped(token);
  require(pointer->text() == line && written == line);

  boost::system::error_code error;
  const auto document = boost::json::parse({rest.data(), rest.size()}, error);
  if (error) return 0;
  places all;
  collect(document, "", all);
  const auto expected = all.find(line);
  require(pointer->find(document) == (expected == all.end() ? nullptr : expected->second));
  return 0;
}
