#include "probe/format/extraction.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_extraction(const extraction& e, const node& from, reading& r) {
  if (e.json && e.header)
    r.found.add(from.at, "both json and header", "one of them, or regex alone for the body");
  if (!e.json && !e.header && !e.regex)
    r.found.add(from.at, "nothing says what is extracted", "json, header or regex");
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
  f.optional("regex", &extraction::regex,
             "First group (or the whole match) in what json or header gave; alone: in the body.");
  f.check(check_extraction);
}

}  // namespace probe
