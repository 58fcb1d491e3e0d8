#include "api/scores/observed_scores.hpp"

namespace api {
namespace {

template <class R>
R seen(active_span& span, R result) {
  if (!result && span.recorded()) {
    span.set("error.type", core::to_label(core::classify(result.error())));
    span.fail(result.error().message());
  }
  return result;
}

}  // namespace

observed_score_client::observed_score_client(tracer& t, score_store& inner,
                                             std::string server_address)
    : tracer_(t), inner_(inner), server_address_(std::move(server_address)) {}

active_span observed_score_client::start(const call_context& call, const char* method,
                                         const char* url_template) {
  active_span span =
      tracer_.start(call.parent, core::span_kind::client, std::string(method) + " " + url_template);
  span.set("http.request.method", method);
  span.set("url.template", url_template);
  span.set("server.address", server_address_);
  return span;
}

core::task<core::result<std::optional<score>>> observed_score_client::find(call_context call,
                                                                           std::string isin) {
  active_span span = start(call, "GET", "/v1/scores/{isin}");
  co_return seen(span, co_await inner_.find(call.below(span.context()), std::move(isin)));
}

core::task<core::result<std::vector<score>>> observed_score_client::find_all(
    call_context call, std::vector<std::string> isins) {
  active_span span = start(call, "POST", "/v1/scores:batchGet");
  co_return seen(span, co_await inner_.find_all(call.below(span.context()), std::move(isins)));
}

core::task<core::result<std::optional<score>>> observed_score_client::put(call_context call,
                                                                          new_score value) {
  active_span span = start(call, "PUT", "/v1/scores/{isin}");
  co_return seen(span, co_await inner_.put(call.below(span.context()), std::move(value)));
}

core::task<core::result<std::vector<std::string>>> observed_score_client::put_all(
    call_context call, std::vector<new_score> values) {
  active_span span = start(call, "POST", "/v1/scores:batchPut");
  co_return seen(span, co_await inner_.put_all(call.below(span.context()), std::move(values)));
}

}  // namespace api
