#include "api/http/representations.hpp"

#include "core/json_text.hpp"

namespace api {
namespace {

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

void append_object(std::string& out, const security& s, const score* its_score) {
  object_writer o(out);
  write(o, s);
  if (!its_score) {
    o.verbatim("score", "null").end();
    return;
  }
  o.verbatim("score", "");
  object_writer nested(out);
  write(nested, *its_score).end();
  o.end();
}

void append_score(std::string& out, const score& s) {
  object_writer o(out);
  o.text("isin", s.isin);
  write(o, s).end();
}

// `[…]`, each item by `append`.
template <class Items, class Append>
void append_list(std::string& out, const Items& items, Append append) {
  out.push_back('[');
  for (const auto& item : items) {
    if (out.back() != '[') out.push_back(',');
    append(item);
  }
  out.push_back(']');
}

boost::system::result<score, json_error> score_of(const json_value& v) {
  const auto member = [&](const char* name, json_kind kind) {
    const json_value* found = v.find(name);
    return found && found->kind == kind ? found : nullptr;
  };
  const json_value* isin = member("isin", json_kind::string);
  const json_value* value = member("value", json_kind::number);
  const json_value* as_of = member("as_of", json_kind::string);
  const json_value* illustrative = member("illustrative", json_kind::boolean);
  if (!isin || !value || !as_of || !illustrative) return json_error{"is no score", "", false};
  return score{isin->text, value->text, as_of->text, illustrative->text == "true"};
}

}  // namespace

std::string to_json(const security& s, const std::optional<score>& its_score) {
  std::string out;
  append_object(out, s, its_score ? &*its_score : nullptr);
  return out;
}

std::string to_json(const score& s) {
  std::string out;
  append_score(out, s);
  return out;
}

std::string to_json(const std::vector<security>& items, const std::vector<score>& scores,
                    std::string_view next) {
  std::string out = "{\"items\":";
  auto its_score = scores.begin();
  append_list(out, items, [&](const security& s) {
    while (its_score != scores.end() && its_score->isin < s.isin) ++its_score;
    const bool has_one = its_score != scores.end() && its_score->isin == s.isin;
    append_object(out, s, has_one ? &*its_score : nullptr);
  });
  out.append(",\"next\":");
  if (next.empty())
    out.append("null");
  else
    core::append_json_string(out, next);
  out.push_back('}');
  return out;
}

std::string to_json(const std::vector<score>& items, const std::vector<std::string>& missing) {
  std::string out = "{\"items\":";
  append_list(out, items, [&](const score& s) { append_score(out, s); });
  out.append(",\"missing\":");
  append_list(out, missing, [&](const std::string& isin) { core::append_json_string(out, isin); });
  out.push_back('}');
  return out;
}

std::string value_to_json(std::string_view value) {
  std::string out;
  object_writer(out).verbatim("value", value).end();
  return out;
}

std::string to_json(const std::vector<new_score>& items) {
  std::string out = "{\"items\":";
  append_list(out, items, [&](const new_score& s) {
    object_writer(out).text("isin", s.isin).verbatim("value", s.value).end();
  });
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
  const auto parsed = parse_json(json);
  if (!parsed) return parsed.error();
  return score_of(*parsed);
}

boost::system::result<std::vector<score>, json_error> parse_scores(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed) return parsed.error();
  const json_value* items = parsed->find("items");
  if (!items || items->kind != json_kind::array) return json_error{"has no items", "", false};
  std::vector<score> scores;
  for (const auto& item : items->items) {
    auto one = score_of(item);
    if (!one) return one.error();
    scores.push_back(std::move(*one));
  }
  return scores;
}

}  // namespace api
