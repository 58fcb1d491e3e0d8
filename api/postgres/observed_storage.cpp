#include "api/postgres/observed_storage.hpp"

namespace api {

observed_security_repository::observed_security_repository(tracer& t, security_repository& inner)
    : tracer_(t), inner_(inner), select_(t.owner(), dependency::postgresql, "SELECT", "security") {}

core::task<core::result<std::vector<security>>> observed_security_repository::list(
    call_context call, security_page page) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.list(observed.below(), std::move(page)));
}

core::task<core::result<std::optional<security>>> observed_security_repository::find(
    call_context call, std::string isin) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(isin)));
}

observed_score_repository::observed_score_repository(tracer& t, score_source& inner)
    : tracer_(t), inner_(inner), select_(t.owner(), dependency::postgresql, "SELECT", "score") {}

core::task<core::result<std::optional<score>>> observed_score_repository::find(call_context call,
                                                                               std::string isin) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(isin)));
}

observed_message_reader::observed_message_reader(tracer& t, message_reader& inner)
    : tracer_(t), inner_(inner), select_(t.owner(), dependency::postgresql, "SELECT", "message") {}

core::task<core::result<std::optional<stored_message>>> observed_message_reader::find(
    call_context call, std::string id) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(id)));
}

}  // namespace api
