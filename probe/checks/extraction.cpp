#include "probe/checks/extraction.hpp"

#include <boost/json/value.hpp>

namespace probe {
namespace {

const boost::json::value* pick_item(const boost::json::value& list, item_choice choice,
                                    core::random_source& random, std::string& why) {
  const auto* items = list.if_array();
  if (!items || items->empty()) {
    why = "nothing to pick from: " + brief(list);
    return nullptr;
  }
  switch (choice) {
    case item_choice::first: return &items->front();
    case item_choice::last: return &items->back();
    case item_choice::random: return &(*items)[random.next() % items->size()];
  }
  return nullptr;
}

std::optional<std::string> from_json(const extraction& from, const seen& answer,
                                     core::random_source& random, std::string& why) {
  const auto* document = answer.json();
  if (!document) {
    why = "the body is no JSON: " + brief(answer.body);
    return std::nullopt;
  }
  const auto* value = from.json->find(*document);
  if (value && from.pick) {
    value = pick_item(*value, *from.pick, random, why);
    if (!value) return std::nullopt;
    if (from.item) value = from.item->find(*value);
  }
  if (!value) {
    why = from.json->text() + (from.item ? " … " + from.item->text() : "") + " is missing";
    return std::nullopt;
  }
  auto text = scalar_text(*value);
  if (!text) why = from.json->text() + " is " + brief(*value) + ", and so no variable";
  return text;
}

std::string field_text(const core::certificate_facts& of, certificate_field which) {
  switch (which) {
    case certificate_field::subject: return of.subject;
    case certificate_field::issuer: return of.issuer;
    case certificate_field::serial: return of.serial;
    case certificate_field::fingerprint: return of.fingerprint;
    case certificate_field::not_before: return std::to_string(of.not_before);
    case certificate_field::not_after: return std::to_string(of.not_after);
    case certificate_field::names: break;
  }
  std::string out;
  for (const auto& name : of.names) out += (out.empty() ? "" : ",") + name;
  return out;
}

std::optional<std::string> source_text(const extraction& from, const seen& answer,
                                       core::random_source& random, std::string& why) {
  if (from.json) return from_json(from, answer, random, why);
  if (from.certificate) {
    if (answer.tls && answer.tls->leaf()) return field_text(*answer.tls->leaf(), *from.certificate);
    why = "the connection is not TLS";
    return std::nullopt;
  }
  if (!from.header) return answer.body;
  const auto value = answer.header(*from.header);
  if (!value) {
    why = "header " + *from.header + " is missing";
    return std::nullopt;
  }
  return std::string(*value);
}

}  // namespace

std::optional<std::string> extract(const extraction& from, const seen& answer,
                                   core::random_source& random, std::string& why) {
  auto text = source_text(from, answer, random, why);
  if (text && from.regex) {
    auto found = from.regex->find(*text);
    if (!found) why = from.regex->source() + " does not match " + brief(*text);
    text = std::move(found);
  }
  if (text && text->size() > longest_variable) {
    why = "the value has " + std::to_string(text->size()) + " bytes, more than a variable may have";
    return std::nullopt;
  }
  return text;
}

}  // namespace probe
