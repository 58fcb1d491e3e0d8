#include <gtest/gtest.h>

#include "probe/commands/check_command.hpp"
#include "probe/format/scenario_reader.hpp"

namespace {

/// The step that arguments stand for; they must make one.
probe::step step_of(const probe::check_arguments& given) {
  std::string why;
  const auto text = check_scenario_text(given, why);
  EXPECT_TRUE(text) << why;
  core::problems found;
  const auto list = probe::parse_scenarios("arguments", text.value_or(""), {}, found);
  EXPECT_TRUE(found.empty()) << found.to_string() << *text;
  return found.empty() ? list.at(0)->steps.at(0) : probe::step();
}

std::string refused(const probe::check_arguments& given) {
  std::string why;
  EXPECT_FALSE(check_scenario_text(given, why));
  return why;
}

TEST(check_arguments, become_a_step) {
  probe::check_arguments given;
  given.what = {"http", "https://h/a?b=\"c\""};
  given.method = "HEAD";
  given.headers = {"accept: text/html", "x:"};
  given.redirects = "3";
  given.ip = "6";
  given.ca = "/ca.pem";
  given.insecure = true;
  given.expect_status = "200, 3xx";
  given.set = {"gzip=false", "max_body=1KiB"};
  given.expect = {"latency=1s", "json=[{pointer: /a, equals: 1}]"};
  const auto s = step_of(given);
  EXPECT_EQ(s.http->url.source(), "https://h/a?b=\"c\"");
  EXPECT_EQ(s.http->method, "HEAD");
  EXPECT_EQ(s.http->headers.at("accept").source(), "text/html");
  EXPECT_EQ(s.http->redirects, 3);
  EXPECT_EQ(s.http->ip, core::ip_family::only_6);
  EXPECT_EQ(s.http->tls->ca.path, "/ca.pem");
  EXPECT_TRUE(s.http->tls->insecure);
  EXPECT_FALSE(s.http->gzip);
  EXPECT_TRUE(s.expect.status.contains(302));
  EXPECT_EQ(s.expect.latency, std::chrono::seconds(1));
  EXPECT_EQ(s.expect.json.size(), 1u);
}

TEST(check_arguments, fit_every_kind) {
  probe::check_arguments given;
  given.what = {"tcp", "h:25"};
  given.set = {"dialog=[{expect: ^220}]"};
  EXPECT_EQ(step_of(given).tcp->dialog.size(), 1u);
  given = {};
  given.what = {"tls", "h:443"};
  given.server_name = "other";
  EXPECT_EQ(step_of(given).tls->tls->server_name, "other");
}

TEST(check_arguments, that_are_wrong_are_said_to_be) {
  probe::check_arguments given;
  EXPECT_NE(refused(given).find("KIND and TARGET"), std::string::npos);
  given.what = {"ftp", "h"};
  EXPECT_NE(refused(given).find("\"ftp\" is no kind of check; one of http, "), std::string::npos);
  given.what = {"stream", "h"};
  EXPECT_NE(refused(given).find("takes more than a target"), std::string::npos);
  given.what = {"http", "http://h/"};
  given.headers = {"nonsense"};
  EXPECT_NE(refused(given).find("is no header"), std::string::npos);
  given.headers.clear();
  given.set = {"x"};
  EXPECT_NE(refused(given).find("is no KEY=VALUE"), std::string::npos);
}

}  // namespace
