#include "api/http/openapi.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>

#include "tests/unit/api_routes_fixture.hpp"

namespace {

using namespace api_tests;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Nested deeper than what users may send.
api::json_value parsed(const std::string& text) {
  auto value = api::parse_json(text, 64);
  EXPECT_TRUE(value) << value.error().what;
  return value ? *value : api::json_value();
}

const api::json_value& at(const api::json_value& object, std::string_view name) {
  const api::json_value* found = object.find(name);
  if (!found) throw std::out_of_range("there is no member " + std::string(name));
  return *found;
}

// "GET /v1/securities" of every operation.
std::set<std::string> operations(const api::json_value& document) {
  std::set<std::string> all;
  for (const auto& path : at(document, "paths").members)
    for (const auto& method : path.value.members) {
      if (method.name == "parameters") continue;
      std::string capitals = method.name;
      std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      all.insert(capitals + " " + path.name);
    }
  return all;
}

const api::json_value* follow(const api::json_value& document, std::string_view reference) {
  const api::json_value* where = &document;
  for (auto rest = reference.substr(1); where && !rest.empty();) {  // `#/components/…`
    rest.remove_prefix(1);
    const auto key = rest.substr(0, rest.find('/'));
    where = where->find(key);
    rest.remove_prefix(key.size());
  }
  return where;
}

// References that lead nowhere, anywhere in `part`.
void collect_broken(const api::json_value& document, const api::json_value& part,
                    std::vector<std::string>& broken) {
  for (const auto& item : part.items) collect_broken(document, item, broken);
  for (const auto& member : part.members) {
    const bool is_reference = member.name == "$ref" && member.value.kind == api::json_kind::string;
    if (is_reference && !follow(document, member.value.text)) broken.push_back(member.value.text);
    collect_broken(document, member.value, broken);
  }
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) return {};
  const auto start = from + begin.size();
  return text.substr(start, text.find(end, start) - start);
}

// As a browser makes it of what is inside a script or style element.
std::string source_expression(const std::string& content) {
  std::array<unsigned char, 32> hash{};
  EVP_Digest(content.data(), content.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 45> base64{};
  EVP_EncodeBlock(base64.data(), hash.data(), 32);
  return "'sha256-" + std::string(reinterpret_cast<const char*>(base64.data())) + "'";
}

TEST_F(api_routes, of_the_public_api_are_the_operations_of_the_document) {
  std::set<std::string> of_the_program;
  for (const auto& route : routes.routes())
    of_the_program.insert(route.method + " " + route.path_template);
  EXPECT_EQ(operations(parsed(api::openapi_document().body)), of_the_program);
}

TEST(openapi_document, has_the_version_of_the_program) {
  const auto document = parsed(api::openapi_document().body);
  EXPECT_EQ(at(at(document, "info"), "version").text, REMORA_VERSION);
  EXPECT_EQ(at(document, "openapi").text.substr(0, 4), "3.1.");
}

TEST(openapi_document, has_no_reference_that_leads_nowhere) {
  const auto document = parsed(api::openapi_document().body);
  std::vector<std::string> broken;
  collect_broken(document, document, broken);
  EXPECT_THAT(broken, IsEmpty());
}

TEST(openapi_document, describes_every_answer_and_names_every_operation_once) {
  const auto document = parsed(api::openapi_document().body);
  std::set<std::string> ids;
  for (const auto& path : at(document, "paths").members)
    for (const auto& method : path.value.members) {
      if (method.name == "parameters") continue;
      const auto& id = at(method.value, "operationId").text;
      EXPECT_TRUE(ids.insert(id).second) << id << " is there twice";
      EXPECT_FALSE(at(method.value, "summary").text.empty()) << id;
      EXPECT_FALSE(at(method.value, "responses").members.empty()) << id;
    }
  EXPECT_EQ(ids.size(), operations(document).size());
}

TEST(openapi_page, allows_the_script_and_style_that_are_in_it_and_no_others) {
  const auto page = api::openapi_page();
  const auto policy = std::find_if(page.headers.begin(), page.headers.end(), [](const auto& h) {
    return h.first == "Content-Security-Policy";
  });
  ASSERT_NE(policy, page.headers.end());
  const auto script = between(page.body, "<script type=\"module\">", "</script>");
  const auto style = between(page.body, "<style>", "</style>");
  ASSERT_FALSE(script.empty());
  EXPECT_THAT(policy->second, HasSubstr("script-src " + source_expression(script) + ";"));
  EXPECT_THAT(policy->second, HasSubstr("style-src " + source_expression(style) + ";"));
  EXPECT_THAT(policy->second, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy->second, Not(HasSubstr("unsafe")));
}

TEST(openapi_page, asks_nobody_else_for_anything) {
  const auto page = api::openapi_page().body;
  for (const char* elsewhere : {"src=\"http", "href=\"http", "src=\"//", "href=\"//", "@import"})
    EXPECT_THAT(page, Not(HasSubstr(elsewhere)));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST_F(api_routes, serve_the_document_and_its_page) {
  const auto document = get("/openapi.json");
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(document.content_type, "application/json");
  EXPECT_EQ(document.body, api::openapi_document().body);
  const auto page = get("/docs");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
}

TEST_F(api_routes, send_no_document_that_the_client_has) {
  for (const char* path : {"/openapi.json", "/docs"}) {
    const auto tag = header(get(path), "ETag");
    const auto same = get(path, "", {{"If-None-Match", tag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
    EXPECT_THAT(same.headers, Contains(std::pair<std::string, std::string>("ETag", tag)));
    EXPECT_EQ(get(path, "", {{"If-None-Match", "\"other\""}}).status, 200);
  }
}

TEST_F(api_routes, take_no_parameters_for_documents) {
  const auto refused = get("/openapi.json", "download=1");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(errors_of(refused, "parameter"), std::vector<std::string>{"download"});
}

}  // namespace
