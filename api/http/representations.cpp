#include "api/http/representations.hpp"

#include <algorithm>
#include <initializer_list>

#include "api/isin.hpp"
#include "core/json_text.hpp"

namespace api {
namespace {

constexpr std::size_t longest_topic = 200;

// Appends `"name":"value",` members and closes the object at the end.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_(out) { out_.push_back('{'); }
  object_writer& text(std::string_view name, std::string_view value) {
    key(name);
    core::append_json_string(out_, value);
    return *this;
  }
  object_writer& verbatim(std::string_view name, std::string_view json) {
    key(name);
    out_.append(json);
    return *this;
  }
  void end() { out_.push_back('}'); }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    core::append_json_string(out_, name);
    out_.push_back(':');
  }
  std::string& out_;
};

object_writer& write(object_writer& o, const security& s) {
  return o.text("isin", s.isin)
      .text("name", s.name)
      .text("country", s.country)
      .text("sector", s.sector)
      .text("currency", s.currency);
}

object_writer& write(object_writer& o, const score& s) {
  return o.verbatim("value", s.value)
      .text("scale", score::scale)
      .text("as_of", s.as_of)
      .verbatim("illustrative", s.illustrative ? "true" : "false");
}

json_error no_object(const json_value& v, const char* pointer) {
  return {std::string("is ") + v.kind_name() + ", expected an object", pointer, false};
}

// The first member that is not in `known`, as an error.
json_error unknown_member(const json_value& object, std::string_view pointer,
                          std::initializer_list<std::string_view> known) {
  for (const auto& m : object.members) {
    if (std::find(known.begin(), known.end(), m.name) != known.end()) continue;
    std::string expected;
    for (const auto name : known) expected.append(expected.empty() ? "" : ", ").append(name);
    return {"is not known here (expected " + expected + ")", pointer_to(pointer, m.name), false};
  }
  return {};
}

json_error check_score(const json_value& message) {
  if (message.kind != json_kind::object) return no_object(message, "/message");
  if (auto unknown = unknown_member(message, "/message", {"isin", "value"}); !unknown.what.empty())
    return unknown;
  const json_value* isin = message.find("isin");
  if (!isin || isin->kind != json_kind::string || !valid_isin(isin->text))
    return {"must be a valid ISIN, check digit included", "/message/isin", false};
  const json_value* value = message.find("value");
  std::int64_t hundredths = 0;
  if (!value || value->kind != json_kind::number || !parse_hundredths(value->text, hundredths) ||
      hundredths < 0 || hundredths > 10000)
    return {"must be a number from 0 to 100 with at most two decimals", "/message/value", false};
  return {};
}

}  // namespace

std::string to_json(const security& s) {
  std::string out;
  object_writer o(out);
  write(o, s).end();
  return out;
}

std::string to_json(const security& s, const score& its_score) {
  std::string nested;
  object_writer inner(nested);
  write(inner, its_score).end();
  std::string out;
  object_writer o(out);
  write(o, s).verbatim("score", nested).end();
  return out;
}

std::string to_json(const score& s) {
  std::string out;
  object_writer o(out);
  o.text("isin", s.isin);
  write(o, s).end();
  return out;
}

std::string to_json(const std::vector<security>& items, std::string_view next) {
  std::string out = "{\"items\":[";
  for (const auto& item : items) {
    if (&item != items.data()) out.push_back(',');
    object_writer o(out);
    write(o, item).end();
  }
  out.append("],\"next\":");
  if (next.empty())
    out.append("null");
  else
    core::append_json_string(out, next);
  out.push_back('}');
  return out;
}

std::string to_json(const stored_message& m) {
  std::string out;
  object_writer o(out);
  o.text("transaction_id", m.id)
      .text("topic", m.topic)
      .verbatim("message", m.message)
      .text("status", "stored")
      .text("accepted_at", m.accepted_at)
      .text("stored_at", m.stored_at)
      .end();
  return out;
}

boost::system::result<score, json_error> parse_score(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed) return parsed.error();
  const auto member = [&](const char* name, json_kind kind) {
    const json_value* v = parsed->find(name);
    return v && v->kind == kind ? v : nullptr;
  };
  const json_value* isin = member("isin", json_kind::string);
  const json_value* value = member("value", json_kind::number);
  const json_value* as_of = member("as_of", json_kind::string);
  const json_value* illustrative = member("illustrative", json_kind::boolean);
  if (!isin || !value || !as_of || !illustrative) return json_error{"is no score", "", false};
  return score{isin->text, value->text, as_of->text, illustrative->text == "true"};
}

json_error check_message(std::string_view topic, const json_value& message) {
  return topic == scores_topic ? check_score(message) : json_error{};
}

boost::system::result<new_message, json_error> parse_new_message(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed) return parsed.error();
  if (parsed->kind != json_kind::object) return no_object(*parsed, "");
  if (auto unknown = unknown_member(*parsed, "", {"topic", "message"}); !unknown.what.empty())
    return unknown;
  const json_value* topic = parsed->find("topic");
  if (!topic || topic->kind != json_kind::string || topic->text.empty() ||
      topic->text.size() > longest_topic)
    return json_error{"must be a string of 1 to 200 bytes", "/topic", false};
  const json_value* message = parsed->find("message");
  if (!message) return json_error{"must be there: any JSON value", "/message", false};
  if (auto wrong = check_message(topic->text, *message); !wrong.what.empty()) return wrong;
  return new_message{topic->text, message->to_string()};
}

}  // namespace api
