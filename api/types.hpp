#pragma once

#include <cstdint>
#include <string>

/// What the service talks about, as values.
namespace api {

struct security {
  std::string isin;
  std::string name;
  std::string country;  ///< ISO 3166-1 alpha-2
  std::string sector;
  std::string currency;  ///< ISO 4217
};

struct score {
  std::string isin;
  std::string value;  ///< 0 to 100, at most two decimals, as decimal text: exact on every hop
  std::string as_of;  ///< RFC 3339, UTC
  bool illustrative = true;

  static constexpr const char* scale = "0-100";
};

/// A score that is to be written.
struct new_score {
  std::string isin;
  std::string value;  ///< as in `score`
};

/// A message as it was accepted, on its way through the queue.
struct queued_message {
  std::string id;  ///< transaction id, a UUID
  std::string topic;
  std::string message;           ///< JSON text
  std::int64_t accepted_at = 0;  ///< Unix milliseconds
  std::string traceparent;       ///< of the producer's span; "" for none
  std::string tracestate;
  bool synthetic = false;
};

/// Messages of this topic update scores; those of any other are stored as they are.
inline constexpr const char* scores_topic = "scores";

/// A message as it was stored.
struct stored_message {
  std::string id;
  std::string topic;
  std::string message;      ///< JSON text
  std::string accepted_at;  ///< RFC 3339, UTC
  std::string stored_at;
};

}  // namespace api
