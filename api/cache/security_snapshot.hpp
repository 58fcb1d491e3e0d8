#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/types.hpp"

namespace api {

/// What was known of one ISIN at one moment, with the answers that are made of it: what caches
/// keep. Immutable, shared by the requests that it answers.
struct security_snapshot {
  std::int64_t read_at = 0;  ///< Unix milliseconds; the age counts from here
  std::string body;          ///< JSON of the security with its score; "" when there is no such one
  std::string score;         ///< JSON of the score alone; "" when it has none
  std::string etag;          ///< of `body`, with its quotes
  std::string score_etag;    ///< of `score`

  bool exists() const noexcept { return !body.empty(); }
  bool has_score() const noexcept { return !score.empty(); }
};
using snapshot_ptr = std::shared_ptr<const security_snapshot>;

/// The snapshot of a security; `its_score` is none when it is known to have none.
snapshot_ptr make_snapshot(const security& s, const std::optional<score>& its_score,
                           std::int64_t read_at);
/// The snapshot of an ISIN that no security has.
snapshot_ptr make_absent_snapshot(std::int64_t read_at);

/// A strong entity tag (RFC 9110, 8.8.3) that depends on nothing but the bytes of a body.
std::string entity_tag(std::string_view body);

/// A snapshot as the text that the shared cache keeps, and back; null for what is no such text.
std::string to_cache_text(const security_snapshot& s);
snapshot_ptr parse_cache_text(std::string_view text);

}  // namespace api
