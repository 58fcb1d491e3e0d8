#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/json.hpp"
#include "api/types.hpp"

/// How values look in JSON on the way out, and on the way in from ourselves; pure. What users send
/// is read in request_bodies.hpp. Numbers keep their text on every hop.
namespace api {

/// `{"isin":…,"name":…,"country":…,"sector":…,"currency":…,"score":…}`, where the score is
/// `{"value":…,"scale":"0-100","as_of":…,"illustrative":…}` or null.
std::string to_json(const security& s, const std::optional<score>& its_score);
/// `{"isin":…,"value":…,"scale":"0-100","as_of":…,"illustrative":…}`
std::string to_json(const score& s);
/// `{"items":[…],"next":…}`; each item has its score of `scores` (in the order of their ISINs, as
/// `items` are) or null; `next` is a path or "" for null.
std::string to_json(const std::vector<security>& items, const std::vector<score>& scores,
                    std::string_view next);
/// `{"items":[…],"missing":[…]}`
std::string to_json(const std::vector<score>& items, const std::vector<std::string>& missing);
/// What `PUT` and `POST` of scores send.
std::string value_to_json(std::string_view value);
std::string to_json(const std::vector<new_score>& items);
std::string to_json(const stored_message& m);

/// Reads what `to_json(const score&)` writes. Members we do not know are left alone: this is an
/// answer of another version of ourselves, not input of users.
boost::system::result<score, json_error> parse_score(std::string_view json);

/// Reads what `to_json(const std::vector<score>&, …)` writes, in the same spirit.
boost::system::result<std::vector<score>, json_error> parse_scores(std::string_view json);

}  // namespace api
