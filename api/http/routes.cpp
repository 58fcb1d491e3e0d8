#include "api/http/routes.hpp"

#include "api/http/authorization.hpp"
#include "api/http/message_handlers.hpp"
#include "api/http/openapi.hpp"
#include "api/http/score_handlers.hpp"
#include "api/http/security_handlers.hpp"

namespace api {
namespace {

void add_reading(router& to, const public_api& api) {
  to.add("GET", "/v1/securities", [api](api_request request) {
    return list_securities(api.securities, std::move(request));
  });
  to.add("GET", "/v1/securities/{isin}", [api](api_request request) {
    return get_security(api.securities, security_part::all, std::move(request));
  });
  to.add("GET", "/v1/securities/{isin}/score", [api](api_request request) {
    return get_security(api.securities, security_part::score, std::move(request));
  });
}

void add_writing(router& to, const public_api& api) {
  const auto with_token = [&](route_handler handler) {
    return require_scope(api.tokens, token_scope::write, std::move(handler));
  };
  const scores_written tell = [api](call_context call, std::vector<std::string> isins) {
    return api.securities.forget(std::move(call), std::move(isins));
  };
  to.add("PUT", "/v1/securities/{isin}/score", with_token([api, tell](api_request request) {
           return put_score(api.scores, tell, std::move(request));
         }));
  to.add("POST", "/v1/scores", with_token([api, tell](api_request request) {
           return post_scores(api.scores, tell, std::move(request));
         }));
  for (const auto& [path, dialect] : {std::pair{"/v1/messages", messages_dialect},
                                      std::pair{"/ingresar-datos", published_dialect}})
    to.add("POST", path, with_token([api, dialect = dialect](api_request request) {
             return post_message(api.queue, dialect, std::move(request));
           }));
}

void add_looking_up(router& to, const public_api& api) {
  for (const message_dialect& dialect : {messages_dialect, published_dialect})
    to.add("GET", std::string(dialect.location) + "{transaction_id}",
           [api, dialect](api_request request) {
             return get_message(api.accepted, dialect, std::move(request));
           });
}

}  // namespace

void add_public_routes(router& to, public_api api) {
  add_reading(to, api);
  add_writing(to, api);
  add_looking_up(to, api);
  add_openapi_routes(to);
}

void add_internal_routes(router& to, score_store& scores) {
  to.add("GET", "/v1/scores/{isin}",
         [&scores](api_request request) { return get_score(scores, std::move(request)); });
  to.add("PUT", "/v1/scores/{isin}", [&scores](api_request request) {
    return put_score(scores, tell_nobody, std::move(request));
  });
  to.add("POST", "/v1/scores:batchGet",
         [&scores](api_request request) { return get_scores(scores, std::move(request)); });
  to.add("POST", "/v1/scores:batchPut", [&scores](api_request request) {
    return post_scores(scores, tell_nobody, std::move(request));
  });
}

}  // namespace api
