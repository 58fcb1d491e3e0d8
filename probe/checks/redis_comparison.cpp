#include <boost/json/value.hpp>

#include "probe/checks/kind_comparisons.hpp"

namespace probe {
namespace {

namespace json = boost::json;

/// The text of an error reply, as `redis_json` writes it; null for other replies.
const json::string* error_text(const json::value& reply) noexcept {
  const auto* object = reply.if_object();
  const auto* error = object ? object->if_contains("error") : nullptr;
  return error ? error->if_string() : nullptr;
}

const char* type_name(const json::value& reply) noexcept {
  if (reply.is_null()) return "nil";
  if (reply.is_array()) return "array";
  if (reply.is_number()) return "integer";
  return reply.is_object() ? "error" : "string";
}

/// A status and a string look alike: OK is either, by what the command says.
bool is_of(const json::value& reply, reply_type type) noexcept {
  switch (type) {
    case reply_type::nil: return reply.is_null();
    case reply_type::error: return reply.is_object();
    case reply_type::integer: return reply.is_number();
    case reply_type::array: return reply.is_array();
    case reply_type::status:
    case reply_type::string: return reply.is_string();
  }
  return false;
}

std::string name_of(reply_type type) {
  for (const auto& [name, value] : config_names(type))
    if (value == type) return name;
  return {};
}

std::optional<std::string> text_of(const json::value& reply) {
  if (const auto* error = error_text(reply)) return std::string(*error);
  return scalar_text(reply);
}

/// The number a reply is, or has of items.
std::optional<std::int64_t> number_of(const json::value& reply) {
  if (const auto* items = reply.if_array()) return static_cast<std::int64_t>(items->size());
  if (const auto* number = reply.if_int64()) return *number;
  // A counter is a string to Redis.
  const auto text = text_of(reply);
  try {
    std::size_t end = 0;
    if (text && !text->empty()) {
      const auto number = std::stoll(*text, &end);
      if (end == text->size()) return number;
    }
  } catch (const std::logic_error&) {
  }
  return std::nullopt;
}

}  // namespace

void compare_redis(const redis_expectation& expected, const seen& answer,
                   const template_text::lookup& values, std::vector<mismatch>& found) {
  const json::value& reply = *answer.json();
  const auto add = [&](std::string what) {
    found.push_back({failure_reason::reply, std::move(what)});
  };
  const auto* error = error_text(reply);
  if (error && expected.type != reply_type::error)
    return add("the reply is " + std::string(*error));
  if (expected.type && !is_of(reply, *expected.type))
    return add("the reply is " + brief(reply) + " (" + type_name(reply) + "), expected type " +
               name_of(*expected.type));
  const auto text = text_of(reply);
  if (expected.equals) {
    const auto right = expected_text(*expected.equals, values, failure_reason::reply, found);
    if (right && text != *right)
      add("the reply is " + brief(reply) + ", expected " + brief(*right));
  }
  if (expected.matches && (!text || !expected.matches->matches(*text)))
    add("the reply is " + brief(reply) + ", expected a match of " + expected.matches->source());
  if (!expected.at_least && !expected.at_most) return;
  const auto number = number_of(reply);
  if (!number) return add("the reply is " + brief(reply) + ", expected a number");
  if (expected.at_least && *number < *expected.at_least)
    add("the reply is " + std::to_string(*number) + ", expected at least " +
        std::to_string(*expected.at_least));
  if (expected.at_most && *number > *expected.at_most)
    add("the reply is " + std::to_string(*number) + ", expected at most " +
        std::to_string(*expected.at_most));
}

}  // namespace probe
