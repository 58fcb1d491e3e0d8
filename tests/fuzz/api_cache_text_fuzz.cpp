#include <string>

#include "api/cache/security_snapshot.hpp"
#include "api/http/representations.hpp"
#include "api/queue/uuid7.hpp"
#include "api/redis/redis_idempotency.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

bool same(const api::security_snapshot& a, const api::security_snapshot& b) {
  return a.read_at == b.read_at && a.body == b.body && a.score == b.score && a.etag == b.etag &&
         a.score_etag == b.score_etag;
}

bool same(const api::score& a, const api::score& b) {
  return a.isin == b.isin && a.value == b.value && a.as_of == b.as_of &&
         a.illustrative == b.illustrative;
}

void check_snapshot(std::string_view text) {
  const auto read = api::parse_cache_text(text);
  if (!read) return;
  require(read->exists() || !read->has_score());
  require(read->exists() == !read->etag.empty() && read->has_score() == !read->score_etag.empty());
  for (const char c : read->etag + read->score_etag) require(c > ' ' && c <= '~');
  const auto again = api::parse_cache_text(api::to_cache_text(*read));
  require(again && same(*again, *read));
}

/// What the scores API says comes through the caches as it was.
void check_score(std::string_view text) {
  const auto read = api::parse_score(text);
  if (!read) return;
  const auto again = api::parse_score(api::to_json(*read));
  require(again && same(*again, *read));
  const auto snapshot = api::make_snapshot({read->isin, read->as_of, "", "", ""}, *read, 17);
  const auto kept = api::parse_cache_text(api::to_cache_text(*snapshot));
  require(kept && same(*kept, *snapshot));
  const auto list = api::parse_scores(api::to_json({*read, *read}, {}));
  require(list && list->size() == 2 && same((*list)[1], *read));
}

/// What is known under an Idempotency-Key is what was written there.
void check_claim(std::string_view text) {
  constexpr const char* id = "018bcfe5-687b-7f02-bf04-05067d2afbd5";
  using state = api::idempotency_claim::state;
  for (const bool taken : {false, true}) {
    const auto read = api::read_claim(api::claim_text(id, taken, text), text);
    require(read && read->id == id && read->what == (taken ? state::taken : state::claimed));
  }
  const auto other = api::read_claim(api::claim_text(id, true, text), std::string(text) + "x");
  require(other && other->what == state::conflict);
  if (const auto read = api::read_claim(text, "fingerprint")) {
    require(api::is_uuid(read->id) && read->what != state::fresh);
    if (read->what != state::conflict)
      require(api::claim_text(read->id, read->what == state::taken, "fingerprint") == text);
  }
}

}  // namespace

/// What the shared cache keeps, and what the scores API answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_snapshot(text);
  check_score(text);
  if (const auto list = api::parse_scores(text)) {
    const auto again = api::parse_scores(api::to_json(*list, {"x"}));
    require(again && again->size() == list->size());
  }
  check_claim(text);
  return 0;
}
