#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/json.hpp"
#include "api/types.hpp"

/// How values look in JSON, on the way out and in; pure. Numbers keep their text on every hop.
namespace api {

/// `{"isin":…,"name":…,"country":…,"sector":…,"currency":…}`
std::string to_json(const security& s);
/// The same with the member `score`: `{"value":…,"scale":"0-100","as_of":…,"illustrative":…}`.
std::string to_json(const security& s, const score& its_score);
/// `{"isin":…,"value":…,"scale":"0-100","as_of":…,"illustrative":…}`
std::string to_json(const score& s);
/// `{"items":[…],"next":…}`; `next` is a path or "" for null.
std::string to_json(const std::vector<security>& items, std::string_view next);
std::string to_json(const stored_message& m);

/// Reads what `to_json(const score&)` writes. Members we do not know are left alone: this is an
/// answer of another version of ourselves, not input of users.
boost::system::result<score, json_error> parse_score(std::string_view json);

/// What users send to `POST /v1/messages`.
struct new_message {
  std::string topic;
  std::string message;  ///< compact JSON text
};
/// Strict: unknown members, wrong types, and messages that their topic cannot take are errors. A
/// message of topic `scores` is `{"isin":…,"value":…}` with a valid ISIN and a value from 0 to 100
/// with at most two decimals.
boost::system::result<new_message, json_error> parse_new_message(std::string_view json);

/// The rule for messages of a topic, alone; "" as `what` when the message is fine.
json_error check_message(std::string_view topic, const json_value& message);

}  // namespace api
