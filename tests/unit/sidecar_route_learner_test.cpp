#include "sidecar/proxy/route_learner.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/exposition.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/route_labels.hpp"

namespace {

using namespace sidecar;

const std::uint8_t get = method_index("GET"), post = method_index("POST");

struct spelling {
  const char* name;
  const char* http_route;
  const char* path;
  const char* route;  // "" when it is refused
  route_refusal why = route_refusal::none;
};
class framework_spelling : public ::testing::TestWithParam<spelling> {};

TEST_P(framework_spelling, becomes_a_template_of_ours) {
  const auto got = to_template(GetParam().http_route, GetParam().path);
  EXPECT_EQ(got.route, GetParam().route);
  EXPECT_EQ(got.why, GetParam().why) << to_label(got.why);
  if (!got.route.empty()) {
    EXPECT_EQ(check_template(got.route), "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    route_template, framework_spelling,
    ::testing::Values(
        spelling{"literal", "/v1/things", "/v1/things", "/v1/things"},
        spelling{"root", "/", "/", "/"},
        spelling{"spring", "/things/{id}", "/things/7", "/things/{id}"},
        spelling{"express", "/things/:id", "/things/7", "/things/{id}"},
        spelling{"express_expression", "/things/:id(\\d+)", "/things/7", "/things/{id}"},
        spelling{"express_rest", "/files/:path*", "/files/a/b", "/files/{path...}"},
        spelling{"flask", "/things/<int:id>", "/things/7", "/things/{id}"},
        spelling{"flask_path", "/files/<path:name>", "/files/a/b", "/files/{name...}"},
        spelling{"django_without_slash", "things/<slug:name>/", "/things/x/", "/things/{name}"},
        spelling{"gorilla", "/things/{id:[0-9]+}", "/things/7", "/things/{id}"},
        spelling{"gorilla_slash_in_class", "/things/{id:[^/]+}/x", "/things/7/x", "/things/{id}/x"},
        spelling{"gorilla_rest", "/files/{path:.*}", "/files/a/b", "/files/{path...}"},
        spelling{"go", "/files/{path...}", "/files/a/b", "/files/{path...}"},
        spelling{"go_with_method", "GET /things/{id}", "/things/7", "/things/{id}"},
        spelling{"starlette", "/files/{path:path}", "/files/a/b", "/files/{path...}"},
        spelling{"aspnet", "things/{id:int}", "/things/7", "/things/{id}"},
        spelling{"aspnet_optional_there", "/things/{id?}", "/things/7", "/things/{id}"},
        spelling{"aspnet_optional_absent", "/things/{id?}", "/things", "/things"},
        spelling{"aspnet_rest", "/files/{**path}", "/files/a/b", "/files/{path...}"},
        spelling{"rails", "/things/:id(.:format)", "/things/7", "/things/{id}"},
        spelling{"next", "/things/[id]", "/things/7", "/things/{id}"},
        spelling{"next_rest", "/docs/[[...slug]]", "/docs/a/b", "/docs/{slug...}"},
        spelling{"star", "/static/*", "/static/a/b", "/static/{param...}"},
        spelling{"ant", "/static/**", "/static/a/b", "/static/{param...}"},
        spelling{"named_star", "/static/*path", "/static/a/b", "/static/{path...}"},
        spelling{"among_text", "/files/{name}.json", "/files/a.json", "/files/{name}"},
        spelling{"custom_verb", "/v1/scores:batchGet", "/v1/scores:batchGet",
                 "/v1/scores:batchGet"},
        spelling{"odd_name", "/things/{thing-id}", "/things/7", "/things/{thing_id}"},
        spelling{"version_number", "/api/2/issue", "/api/2/issue", "/api/2/issue"},
        spelling{"empty", "", "/things", "", route_refusal::not_a_route},
        spelling{"expression", "^things/(?P<id>[0-9]+)/$", "/things/7/", "",
                 route_refusal::not_a_route},
        spelling{"two_slashes", "/a//b", "/a//b", "", route_refusal::not_a_route},
        spelling{"rest_inside", "/a/*/b", "/a/x/b", "", route_refusal::not_a_route},
        spelling{"query", "/a?b=c", "/a", "", route_refusal::not_a_route},
        spelling{"quote", "/a\"b", "/a\"b", "", route_refusal::not_a_route},
        spelling{"other_path", "/things/{id}", "/others/7", "", route_refusal::mismatch},
        spelling{"longer_path", "/things/{id}", "/things/7/x", "", route_refusal::mismatch},
        spelling{"raw_number", "/things/4711", "/things/4711", "", route_refusal::id_like},
        spelling{"raw_uuid", "/t/0af76519-16cd-43dd-8448-eb211c80319c",
                 "/t/0af76519-16cd-43dd-8448-eb211c80319c", "", route_refusal::id_like},
        spelling{"raw_isin", "/v1/securities/US0378331005", "/v1/securities/US0378331005", "",
                 route_refusal::id_like},
        spelling{"raw_mail", "/users/a@b.example", "/users/a@b.example", "",
                 route_refusal::id_like}),
    [](const auto& row) { return row.param.name; });

TEST(to_template, bounds_depth_length_and_segments) {
  std::string deep, long_segment = "/" + std::string(65, 'a'), longer = "/" + std::string(257, 'a');
  for (int i = 0; i < 17; ++i) deep += "/a";
  for (const std::string& route : {deep, long_segment, longer})
    EXPECT_EQ(to_template(route, route).why, route_refusal::too_long) << route;
}

TEST(to_template, every_prefix_is_a_template_that_fits_or_is_refused) {
  const std::string_view whole = "GET /a/{id:[0-9]+}/:x?/<int:y>/[z]/*rest(.:format)";
  for (std::size_t size = 0; size <= whole.size(); ++size)
    for (const char* path : {"/", "/a", "/a/1", "/a/1/2/3/4/5/6"}) {
      const auto got = to_template(whole.substr(0, size), path);
      EXPECT_EQ(got.route.empty(), got.why != route_refusal::none);
      if (got.why != route_refusal::none) continue;
      EXPECT_EQ(check_template(got.route), "") << got.route;
      route_table table;
      table.add(got.route, 0);
      EXPECT_EQ(table.match(get, path), 0) << got.route << " " << path;
    }
}

class route_learner_test : public ::testing::Test {
 protected:
  std::string found(std::string_view path, std::uint8_t method = get) {
    const auto match = learner.snapshot()->find(method, path);
    EXPECT_EQ(match.number == 0, match.route.empty());
    return std::string(match.route);
  }
  std::string exposed() {
    core::exposition_writer out(core::exposition_format::text);
    learner.write(out);
    return std::move(out).finish();
  }
  route_learner learner{20};
};

TEST_F(route_learner_test, later_requests_of_the_kind_are_known) {
  EXPECT_EQ(found("/things/7"), "");
  learner.learn(get, "/things/7", "/things/:id");
  EXPECT_EQ(found("/things/7"), "/things/{id}");
  EXPECT_EQ(found("/things/8"), "/things/{id}");
  EXPECT_EQ(found("/things/8/x"), "");
  EXPECT_EQ(found("/things/8", post), "");
}

TEST_F(route_learner_test, literals_come_before_parameters_in_any_order_of_learning) {
  learner.learn(get, "/things/7", "/things/{id}");
  learner.learn(get, "/things/new", "/things/new");
  learner.learn(get, "/things/7/parts", "/things/{id}/parts");
  learner.learn(get, "/things/a/b/c", "/things/{path...}");
  EXPECT_EQ(found("/things/new"), "/things/new");
  EXPECT_EQ(found("/things/newer"), "/things/{id}");
  EXPECT_EQ(found("/things/new/parts"), "/things/{id}/parts");
  EXPECT_EQ(found("/things/new/other/thing"), "/things/{path...}");
  EXPECT_TRUE(learner.conflicts().empty());
}

TEST_F(route_learner_test, methods_of_one_path_have_routes_of_their_own) {
  learner.learn(get, "/things/7", "/things/{id}");
  learner.learn(post, "/things/7", "/things/{thing}");
  EXPECT_EQ(found("/things/7"), "/things/{id}");
  EXPECT_EQ(found("/things/7", post), "/things/{thing}");
}

TEST_F(route_learner_test, two_templates_for_one_shape_are_other_from_then_on) {
  learner.learn(get, "/things/7", "/things/{id}");
  learner.learn(get, "/things/x", "/things/{name}");
  EXPECT_EQ(found("/things/7"), "");
  EXPECT_EQ(found("/things/x"), "");
  learner.learn(get, "/things/7", "/things/{id}");
  EXPECT_EQ(found("/things/7"), "");
  ASSERT_EQ(learner.conflicts().size(), 1u);
  EXPECT_EQ(learner.conflicts()[0], "GET /things/x: /things/{id} and /things/{name}");
}

TEST_F(route_learner_test, a_special_template_that_the_application_contradicts_is_a_conflict) {
  learner.learn(get, "/things/new", "/things/new");
  learner.learn(get, "/things/new", "/things/{id}");
  EXPECT_EQ(found("/things/new"), "");
  EXPECT_EQ(found("/things/7"), "/things/{id}");
  EXPECT_EQ(learner.conflicts().size(), 1u);
}

TEST_F(route_learner_test, a_conflict_of_one_method_leaves_the_others) {
  learner.learn(post, "/things/7", "/things/{id}");
  learner.learn(get, "/things/7", "/things/{id}");
  learner.learn(get, "/things/7", "/things/{name}");
  EXPECT_EQ(found("/things/7"), "");
  EXPECT_EQ(found("/things/7", post), "/things/{id}");
}

TEST_F(route_learner_test, what_is_known_makes_no_new_snapshot) {
  learner.learn(get, "/things/7", "/things/:id");
  learner.learn(get, "/things/a", "/things/:id");
  learner.learn(get, "/things/7", "/things/{id}");  // spelled otherwise
  const auto version = learner.version();
  for (int i = 0; i < 100; ++i) {
    learner.learn(get, "/things/" + std::to_string(i), i % 2 ? "/things/:id" : "/things/{id}");
    learner.learn(get, "/things/7", "/others/:id");
  }
  EXPECT_EQ(learner.version(), version);
  EXPECT_EQ(learner.list().at(0).spans, 103u);
  EXPECT_EQ(learner.refused(route_refusal::mismatch), 100u);
}

TEST_F(route_learner_test, a_conflict_makes_one_new_snapshot) {
  learner.learn(get, "/things/7", "/things/{id}");
  learner.learn(get, "/things/7", "/things/{name}");
  const auto version = learner.version();
  for (int i = 0; i < 10; ++i)
    learner.learn(get, "/things/7", i % 2 ? "/things/{id}" : "/things/{name}");
  EXPECT_EQ(learner.version(), version);
  EXPECT_EQ(learner.conflicts().size(), 1u);
}

TEST_F(route_learner_test, raw_paths_teach_nothing) {
  for (int i = 10; i < 1000; ++i) {
    const auto path = "/users/" + std::to_string(i);
    learner.learn(get, path, path);
  }
  EXPECT_TRUE(learner.list().empty());
  EXPECT_EQ(learner.refused(route_refusal::id_like), 990u);
}

TEST_F(route_learner_test, stops_at_its_limit_and_keeps_what_it_has) {
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string path = "/x/" + std::string(1, c);
    learner.learn(get, path, "/{x}/" + std::string(1, c));
  }
  EXPECT_EQ(learner.list().size(), 20u);
  EXPECT_EQ(learner.refused(route_refusal::full), 6u);
  EXPECT_EQ(found("/1/a"), "/{x}/a");
  EXPECT_EQ(found("/1/z"), "");
}

TEST_F(route_learner_test, names_at_one_place_are_bounded) {
  learner.set_limit(1000);
  const auto path = [](int i) {
    return std::string("/users/") + static_cast<char>('a' + i / 26) +
           static_cast<char>('a' + i % 26);
  };
  for (int i = 0; i < 100; ++i) learner.learn(get, path(i), path(i));
  EXPECT_EQ(learner.list().size(), route_learner::most_siblings);
  EXPECT_EQ(learner.refused(route_refusal::crowded), 100u - route_learner::most_siblings);
  learner.learn(get, path(99), "/users/{name}");
  EXPECT_EQ(found(path(99)), "/users/{name}");
}

TEST_F(route_learner_test, a_limit_of_none_learns_nothing) {
  learner.set_limit(0);
  learner.learn(get, "/a", "/a");
  EXPECT_EQ(found("/a"), "");
}

TEST_F(route_learner_test, the_list_matches_alike_as_a_configured_table) {
  const std::vector<std::pair<const char*, const char*>> said{{"/a/7", "/a/{id}"},
                                                              {"/a/b", "/a/b"},
                                                              {"/c/d/e", "/{path...}"},
                                                              {"/a/7/x", "/a/{id}/x"},
                                                              {"/a/b/y", "/a/b/{rest...}"}};
  for (const auto& [path, route] : said) learner.learn(get, path, route);
  route_table table;
  const auto list = learner.list();
  for (const auto& entry : list) {
    EXPECT_EQ(entry.methods, std::vector<std::string>{"GET"});
    table.add(entry.route, 0);
  }
  for (const char* path : {"/a/b", "/a/c", "/a/b/x", "/a/b/y/z", "/a/c/x", "/a/c/z", "/q", "/"}) {
    const int index = table.match(get, path);
    EXPECT_EQ(found(path), index < 0 ? "" : list[static_cast<std::size_t>(index)].route) << path;
  }
}

TEST_F(route_learner_test, counts_what_it_learned_and_refused) {
  learner.learn(get, "/a", "/a");
  learner.learn(get, "/b", "/c");
  const auto text = exposed();
  for (const char* line : {R"(remora_learned_routes{state="learned"} 1)",
                           R"(remora_learned_routes{state="conflict"} 0)",
                           R"(remora_learned_routes_refused_total{reason="mismatch"} 1)",
                           R"(remora_learned_routes_refused_total{reason="full"} 0)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
}

TEST_F(route_learner_test, readers_go_on_while_it_learns) {
  learner.set_limit(1000);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    auto routes = learner.snapshot();
    while (!done.load()) {
      const auto match = routes->find(get, "/k/a/0");
      EXPECT_TRUE(match.route.empty() || match.route == "/k/a/{x}");
      routes = learner.snapshot();
    }
  });
  for (int i = 0; i < 500; ++i) {
    const std::string text = "/k/" + std::string(1, static_cast<char>('a' + i % 20));
    learner.learn(get, text + "/0", text + "/{x}");
  }
  done.store(true);
  reader.join();
  EXPECT_EQ(found("/k/a/0"), "/k/a/{x}");
}

class route_labels_test : public ::testing::Test {
 protected:
  route_labels_test() {
    settings.table.add("/configured/{id}", 0);
    settings.routes.push_back({"/configured/{id}", {}, {}, {}});
    settings.routes.push_back({"other", {}, {}, {}});
  }
  std::string label(std::string_view path, route_labels& layer) {
    exchange_record record;
    record.listener = &settings;
    record.method = get;
    record.path = path;
    record.route = settings.route_of(get, path);
    EXPECT_FALSE(layer.before(record));
    EXPECT_EQ(record.route, settings.route_of(get, path));
    EXPECT_EQ(settings.has_template(record), settings.label_of(record) != "other");
    return std::string(settings.label_of(record));
  }
  listener_settings settings;
  std::shared_ptr<route_learner> learner = std::make_shared<route_learner>(20);
};

TEST_F(route_labels_test, configured_routes_win_and_unknown_ones_are_other) {
  route_labels layer(settings, learner);
  learner->learn(get, "/configured/7", "/configured/{x}");
  EXPECT_EQ(label("/configured/7", layer), "/configured/{id}");
  EXPECT_EQ(label("/things/7", layer), "other");
}

TEST_F(route_labels_test, what_is_learned_meanwhile_labels_the_next_request) {
  route_labels layer(settings, learner);
  EXPECT_EQ(label("/things/7", layer), "other");
  learner->learn(get, "/things/7", "/things/{id}");
  EXPECT_EQ(label("/things/8", layer), "/things/{id}");
}

TEST_F(route_labels_test, without_a_learner_nothing_is_labelled) {
  route_labels layer(settings, nullptr);
  EXPECT_EQ(label("/things/7", layer), "other");
}

}  // namespace
