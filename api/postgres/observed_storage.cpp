#include "api/postgres/observed_storage.hpp"

namespace api {

observed_security_repository::observed_security_repository(tracer& t, security_repository& inner)
    : tracer_(t), inner_(inner), select_(sql_operation(t.owner(), "SELECT", "security")) {}

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

observed_score_store::observed_score_store(tracer& t, score_store& inner)
    : tracer_(t),
      inner_(inner),
      select_(sql_operation(t.owner(), "SELECT", "score")),
      insert_(sql_operation(t.owner(), "INSERT", "score")) {}

core::task<core::result<std::optional<score>>> observed_score_store::find(call_context call,
                                                                          std::string isin) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(isin)));
}

core::task<core::result<std::vector<score>>> observed_score_store::find_all(
    call_context call, std::vector<std::string> isins) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find_all(observed.below(), std::move(isins)));
}

core::task<core::result<std::optional<score>>> observed_score_store::put(call_context call,
                                                                         new_score value) {
  observed_call observed(tracer_, insert_, call);
  co_return observed.seen(co_await inner_.put(observed.below(), std::move(value)));
}

core::task<core::result<std::vector<std::string>>> observed_score_store::put_all(
    call_context call, std::vector<new_score> values) {
  observed_call observed(tracer_, insert_, call);
  observed.set("db.operation.batch.size", static_cast<std::int64_t>(values.size()));
  co_return observed.seen(co_await inner_.put_all(observed.below(), std::move(values)));
}

observed_message_reader::observed_message_reader(tracer& t, message_reader& inner)
    : tracer_(t), inner_(inner), select_(sql_operation(t.owner(), "SELECT", "message")) {}

core::task<core::result<std::optional<stored_message>>> observed_message_reader::find(
    call_context call, std::string id) {
  observed_call observed(tracer_, select_, call);
  co_return observed.seen(co_await inner_.find(observed.below(), std::move(id)));
}

}  // namespace api
