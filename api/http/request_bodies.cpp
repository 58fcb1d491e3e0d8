#include "api/http/request_bodies.hpp"

#include <algorithm>
#include <initializer_list>
#include <unordered_set>

#include "api/isin.hpp"

namespace api {
namespace {

constexpr std::size_t longest_topic = 200;

constexpr const char* score_value_rule = "must be a number from 0 to 100 with at most two decimals";
constexpr const char* isin_rule = "must be a valid ISIN, check digit included";

/// Takes the members of one object, and notes whatever is wrong with them.
class object_reader {
 public:
  object_reader(const json_value& object, std::string pointer, json_errors& errors,
                std::initializer_list<std::string_view> known)
      : object_(object), pointer_(std::move(pointer)), errors_(errors) {
    if (object.kind != json_kind::object) {
      refuse("", std::string("is ") + object.kind_name() + ", expected an object");
      return;
    }
    for (const auto& m : object.members)
      if (std::find(known.begin(), known.end(), m.name) == known.end()) refuse_unknown(m, known);
  }

  /// Null, and an error, when it is not there.
  const json_value* required(std::string_view name, const char* rule) {
    const json_value* found = object_.find(name);
    if (!found && object_.kind == json_kind::object) refuse(name, rule);
    return found;
  }
  template <class Good>
  std::string text_of(std::string_view name, json_kind kind, const char* rule, Good good) {
    const json_value* found = required(name, rule);
    if (!found) return {};
    if (found->kind == kind && good(found->text)) return found->text;
    refuse(name, rule);
    return {};
  }
  void refuse(std::string_view name, std::string why) {
    errors_.push_back(
        {std::move(why), name.empty() ? pointer_ : pointer_to(pointer_, name), false});
  }

 private:
  void refuse_unknown(const json_value::member& m, std::initializer_list<std::string_view> known) {
    std::string expected;
    for (const auto name : known) expected.append(expected.empty() ? "" : ", ").append(name);
    refuse(m.name, "is not known here (expected " + expected + ")");
  }

  const json_value& object_;
  std::string pointer_;
  json_errors& errors_;
};

bool good_score(const std::string& number) noexcept {
  std::int64_t hundredths = 0;
  return parse_hundredths(number, hundredths) && hundredths >= 0 && hundredths <= 10000;
}

std::string score_value(object_reader& o) {
  return o.text_of("value", json_kind::number, score_value_rule, good_score);
}

new_score score_row(const json_value& row, std::string pointer, json_errors& errors) {
  object_reader o(row, std::move(pointer), errors, {"isin", "value"});
  new_score s;
  s.isin = o.text_of("isin", json_kind::string, isin_rule, valid_isin);
  s.value = score_value(o);
  return s;
}

// The rows of the one member of a body, or null with an error.
const json_value* rows_of(const json_value& body, const char* name, json_errors& errors) {
  static const std::string rule =
      "must be an array of 1 to " + std::to_string(most_in_batch) + " items";
  object_reader o(body, "", errors, {name});
  const json_value* rows = o.required(name, rule.c_str());
  if (!rows) return nullptr;
  if (rows->kind == json_kind::array && !rows->items.empty() && rows->items.size() <= most_in_batch)
    return rows;
  o.refuse(name, rule);
  return nullptr;
}

void check_once(std::unordered_set<std::string>& seen, const std::string& isin,
                const std::string& pointer, json_errors& errors) {
  if (!isin.empty() && !seen.insert(isin).second)
    errors.push_back({"is there twice", pointer, false});
}

template <class T>
parsed<T> outcome(T value, json_errors errors) {
  if (!errors.empty()) return errors;
  return value;
}

// A body as a tree; an error in the one form that all functions here report.
parsed<json_value> tree(std::string_view json) {
  auto value = parse_json(json);
  if (!value) return json_errors{value.error()};
  return std::move(*value);
}

// What is common to both forms of a message, once its topic is known.
parsed<new_message> message_of(object_reader& o, std::string topic, json_errors& errors) {
  const json_value* message = o.required("message", "must be there: any JSON value");
  if (message && topic == scores_topic) score_row(*message, "/message", errors);
  if (!errors.empty()) return errors;
  return new_message{std::move(topic), message->to_string()};
}

}  // namespace

parsed<new_message> parse_new_message(std::string_view json) {
  const auto body = tree(json);
  if (!body) return body.error();
  json_errors errors;
  object_reader o(*body, "", errors, {"topic", "message"});
  const auto good = [](const std::string& t) { return !t.empty() && t.size() <= longest_topic; };
  std::string topic =
      o.text_of("topic", json_kind::string, "must be a string of 1 to 200 bytes", good);
  return message_of(o, std::move(topic), errors);
}

parsed<new_message> parse_published_message(std::string_view json) {
  const auto body = tree(json);
  if (!body) return body.error();
  json_errors errors;
  object_reader o(*body, "", errors, {"topic_arn", "message"});
  const auto good = [](const std::string& arn) { return !topic_of_arn(arn).empty(); };
  const std::string arn =
      o.text_of("topic_arn", json_kind::string,
                "must be the ARN of a topic, arn:aws:sns:REGION:ACCOUNT:TOPIC", good);
  return message_of(o, std::string(topic_of_arn(arn)), errors);
}

parsed<std::string> parse_score_value(std::string_view json) {
  const auto body = tree(json);
  if (!body) return body.error();
  json_errors errors;
  object_reader o(*body, "", errors, {"value"});
  std::string value = score_value(o);
  return outcome(std::move(value), std::move(errors));
}

parsed<std::vector<new_score>> parse_score_batch(std::string_view json) {
  const auto body = tree(json);
  if (!body) return body.error();
  json_errors errors;
  std::vector<new_score> scores;
  std::unordered_set<std::string> seen;
  if (const json_value* rows = rows_of(*body, "items", errors)) {
    for (std::size_t i = 0; i < rows->items.size(); ++i) {
      const std::string pointer = "/items/" + std::to_string(i);
      scores.push_back(score_row(rows->items[i], pointer, errors));
      check_once(seen, scores.back().isin, pointer + "/isin", errors);
    }
  }
  return outcome(std::move(scores), std::move(errors));
}

parsed<std::vector<std::string>> parse_isins(std::string_view json) {
  const auto body = tree(json);
  if (!body) return body.error();
  json_errors errors;
  std::vector<std::string> isins;
  std::unordered_set<std::string> seen;
  if (const json_value* rows = rows_of(*body, "isins", errors)) {
    for (std::size_t i = 0; i < rows->items.size(); ++i) {
      const json_value& row = rows->items[i];
      const std::string pointer = "/isins/" + std::to_string(i);
      if (row.kind != json_kind::string || !valid_isin(row.text))
        errors.push_back({isin_rule, pointer, false});
      else
        check_once(seen, row.text, pointer, errors);
      isins.push_back(row.text);
    }
  }
  return outcome(std::move(isins), std::move(errors));
}

std::string_view topic_of_arn(std::string_view arn) noexcept {
  const auto next = [&arn] {
    const auto part = arn.substr(0, arn.find(':'));
    arn.remove_prefix(std::min(arn.size(), part.size() + 1));
    return part;
  };
  const auto letters = [](std::string_view text, std::string_view others) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [others](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             others.find(c) != std::string_view::npos;
    });
  };
  if (next() != "arn") return {};
  const auto partition = next();
  if (!partition.starts_with("aws") || !letters(partition, "-") || next() != "sns") return {};
  if (!letters(next(), "-")) return {};  // region
  const auto account = next();
  if (account.size() != 12 || account.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  std::string_view name = arn;
  if (name.ends_with(".fifo")) name.remove_suffix(5);
  return letters(name, "-_") && arn.size() <= 200 ? arn : std::string_view();
}

}  // namespace api
