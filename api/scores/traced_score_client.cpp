#include "api/scores/traced_score_client.hpp"

namespace api {

traced_score_client::traced_score_client(tracer& t, score_source& inner, std::string server_address)
    : tracer_(t), inner_(inner), server_address_(std::move(server_address)) {}

core::task<core::result<std::optional<score>>> traced_score_client::find(call_context call,
                                                                         std::string isin) {
  active_span span = tracer_.start(call.parent, core::span_kind::client, "GET /v1/scores/{isin}");
  span.set("http.request.method", "GET");
  span.set("url.template", "/v1/scores/{isin}");
  span.set("server.address", server_address_);
  auto found = co_await inner_.find(call.below(span.context()), std::move(isin));
  if (!found) {
    span.set("error.type", core::to_label(core::classify(found.error())));
    span.fail(found.error().message());
  }
  co_return found;
}

}  // namespace api
