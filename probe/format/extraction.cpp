#include "probe/format/extraction.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_extraction(const extraction& e, const node& from, reading& r) {
  std::string given;
  const auto source = [&](bool has, const char* name) {
    if (has) given += (given.empty() ? "" : " and ") + std::string(name);
  };
  source(e.json.has_value(), "json");
  source(e.header.has_value(), "header");
  source(e.certificate.has_value(), "certificate");
  if (given.find(' ') != std::string::npos)
    r.found.add(from.at, "both " + given, "one of them, or regex alone for the body");
  if (given.empty() && !e.regex)
    r.found.add(from.at, "nothing says what is extracted", "json, header, certificate or regex");
  if (e.pick && !e.json)
    r.found.add(place_of(from, "pick"), "pick without json", "json, which points to an array");
  if (e.item && !e.pick)
    r.found.add(place_of(from, "item"), "item without pick", "pick: first, last or random");
}

}  // namespace

void extraction::describe(core::fields<extraction>& f) {
  f.optional("json", &extraction::json, "JSON Pointer to a string, number or boolean of the body.");
  f.optional("pick", &extraction::pick, "Which item of the array that json points to.");
  f.optional("item", &extraction::item, "JSON Pointer inside the picked item.");
  f.optional("header", &extraction::header, "Name of a header.");
  f.optional("certificate", &extraction::certificate,
             "Field of the server's certificate; times in Unix seconds, names with commas.");
  f.optional("regex", &extraction::regex,
             "First group (or the whole match) in what json, header or certificate gave; alone: in "
             "the body.");
  f.check(check_extraction);
}

}  // namespace probe
