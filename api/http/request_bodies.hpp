#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/json.hpp"
#include "api/types.hpp"

/// What users send, read strictly; pure. Every function reports all that is wrong, each with a JSON
/// Pointer: unknown members, wrong types, values out of range. A text that is no JSON is one error.
namespace api {

using json_errors = std::vector<json_error>;
template <class T>
using parsed = boost::system::result<T, json_errors>;

/// Most rows of a batch.
inline constexpr std::size_t most_in_batch = 1000;

struct new_message {
  std::string topic;
  std::string message;  ///< compact JSON text
};
/// `{"topic": 1 to 200 bytes, "message": any}`. A message of the topic `scores` is `{"isin": a
/// valid ISIN, "value": 0 to 100 with at most two decimals}`.
parsed<new_message> parse_new_message(std::string_view json);
/// `{"topic_arn": the ARN of an SNS topic, "message": any}`, which means the topic of that name.
parsed<new_message> parse_published_message(std::string_view json);

/// `{"value": …}`: the value of a score, as its text.
parsed<std::string> parse_score_value(std::string_view json);
/// `{"items": [{"isin": …, "value": …}, …]}`, 1 to `most_in_batch` of them, no ISIN twice.
parsed<std::vector<new_score>> parse_score_batch(std::string_view json);
/// `{"isins": […]}`, 1 to `most_in_batch` of them, none twice.
parsed<std::vector<std::string>> parse_isins(std::string_view json);

/// The last part of `arn:PARTITION:sns:REGION:ACCOUNT:TOPIC` (AWS' form of names); "" for no such
/// text. Topics have 1 to 200 bytes: letters, digits, `-` and `_`, and may end in `.fifo`.
std::string_view topic_of_arn(std::string_view arn) noexcept;

}  // namespace api
