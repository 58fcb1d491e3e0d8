#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>

#include "core/config_reader.hpp"

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

enum class trust { strangers, peers };
constexpr auto config_names(trust) {
  return std::array{std::pair{"strangers", trust::strangers}, std::pair{"peers", trust::peers}};
}

struct route {
  std::string name;
  std::vector<route> children;  // a struct may contain itself in the reference, not in a schema

  static void describe(core::fields<route>& f) {
    f.required("name", &route::name, "A template | a name.");
    f.optional("children", &route::children, "Routes below.");
  }
};

struct listener {
  core::address listen;
  trust whom = trust::strangers;
  std::optional<core::secret> token;

  static void describe(core::fields<listener>& f) {
    f.required("listen", &listener::listen, "Where \"it\" listens.");
    f.optional("trust", &listener::whom, "Whom it trusts.");
    f.optional("token", &listener::token, "A secret.");
  }
};

struct program {
  std::int64_t workers = 1;
  core::duration timeout = 5s;
  std::string name = "x";
  bool verbose = false;
  core::base_url endpoint;
  std::vector<listener> inbound;
  std::map<std::string, listener> named;

  static void describe(core::fields<program>& f) {
    f.optional("workers", &program::workers, "Threads.").range(1, 64);
    f.optional("timeout", &program::timeout, "Limit.").range(1ms, 1h);
    f.optional("name", &program::name, "Name.");
    f.optional("verbose", &program::verbose, "More.");
    f.required("endpoint", &program::endpoint, "Where to.");
    f.optional("inbound", &program::inbound, "Listeners.");
    f.optional("named", &program::named, "More of them.");
  }
};

TEST(json_schema, is_json_and_says_what_the_table_says) {
  const auto schema =
      json::parse(core::json_schema(core::table_of<program>(), "a \"program\"")).as_object();
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema.at("title"), "a \"program\"");
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_EQ(schema.at("required"), (json::array{"endpoint"}));
  const auto& properties = schema.at("properties").as_object();
  EXPECT_EQ(properties.at("workers"), (json::object{{"type", "integer"},
                                                    {"description", "Threads."},
                                                    {"minimum", 1},
                                                    {"maximum", 64},
                                                    {"default", 1}}));
  EXPECT_EQ(properties.at("timeout").at("default"), "5s");
  EXPECT_EQ(properties.at("name").at("default"), "x");
  EXPECT_EQ(properties.at("verbose").at("default"), false);
  EXPECT_FALSE(properties.at("endpoint").as_object().contains("default"));
  const auto& inbound = properties.at("inbound").at("items").as_object();
  EXPECT_EQ(inbound.at("required"), (json::array{"listen"}));
  EXPECT_EQ(inbound.at("properties").at("trust").at("enum"), (json::array{"strangers", "peers"}));
  EXPECT_EQ(inbound.at("properties").at("trust").at("default"), "strangers");
  EXPECT_EQ(properties.at("named").at("additionalProperties").at("type"), "object");
}

TEST(markdown_reference, has_a_row_for_each_field_and_a_section_for_each_struct) {
  EXPECT_EQ(core::markdown_reference(core::table_of<program>(), "program"),
            "## program\n"
            "\n"
            "| key | type | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `workers` | integer | `1` | Threads. (1 to 64) |\n"
            "| `timeout` | duration | `5s` | Limit. (1ms to 1h) |\n"
            "| `name` | string | `\"x\"` | Name. |\n"
            "| `verbose` | boolean | `false` | More. |\n"
            "| `endpoint` | URL | required | Where to. |\n"
            "| `inbound` | list of map | – | Listeners. |\n"
            "| `named` | map of map | – | More of them. |\n"
            "\n"
            "### `inbound[]`\n"
            "\n"
            "| key | type | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `listen` | address | required | Where \"it\" listens. |\n"
            "| `trust` | one of strangers, peers | `strangers` | Whom it trusts. |\n"
            "| `token` | secret | – | A secret. |\n"
            "\n"
            "### `named.<name>`\n"
            "\n"
            "| key | type | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `listen` | address | required | Where \"it\" listens. |\n"
            "| `trust` | one of strangers, peers | `strangers` | Whom it trusts. |\n"
            "| `token` | secret | – | A secret. |\n");
}

TEST(markdown_reference, ends_for_a_struct_that_contains_itself) {
  EXPECT_EQ(core::markdown_reference(core::table_of<route>(), "routes"),
            "## routes\n"
            "\n"
            "| key | type | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `name` | string | required | A template \\| a name. |\n"
            "| `children` | list of map | – | Routes below. |\n");
}

}  // namespace
