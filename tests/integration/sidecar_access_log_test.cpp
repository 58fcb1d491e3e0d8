// The access log of a proxy on loopback: a line a request, in the file that is configured, also
// after a rotation and another configuration.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

#include "tests/integration/proxied.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

class logged : public tests::proxied {
 public:
  logged() {
    config.service = "shop";
    config.inbound.push_back(inbound(app(core::immediate([](const core::server_request& r) {
      return core::server_response{r.path == "/things/9" ? 503 : 200, "text/plain", {}, "hello"};
    }))));
    config.access_log.emplace().path = path();
  }
  std::string path(const char* name = "log") const { return (directory / name).string(); }
  std::string read(const std::string& file) const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  /// The file once it has that many lines.
  std::string lines(std::ptrdiff_t count, const std::string& file) {
    std::string text;
    wait_until([&] {
      text = read(file);
      return std::count(text.begin(), text.end(), '\n') >= count;
    });
    return text;
  }

  tests::temporary_directory directory;
};

TEST_F(logged, a_request_is_a_line) {
  start();
  EXPECT_EQ(ask("/things/7?token=s3cret").status, 200);
  const auto text = lines(1, path());
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  const auto line = boost::json::parse(text).as_object();
  EXPECT_EQ(line.at("service.name"), "shop");
  EXPECT_EQ(line.at("http.route"), "/things/{id}");
  EXPECT_EQ(line.at("url.path"), "/things/7");
  EXPECT_EQ(line.at("http.response.status_code"), 200);
  EXPECT_EQ(line.at("http.response.body.size"), 5);
  EXPECT_EQ(line.at("client.address"), "127.0.0.1");
  EXPECT_EQ(line.at("trace_id").as_string().size(), 32u);
  double phases = 0;
  for (const char* phase : {"queue", "connect", "send", "app", "write"})
    phases += line.at(std::string("phase.") + phase).to_number<double>();
  EXPECT_NEAR(phases, line.at("duration").to_number<double>(), 1e-5);
}

TEST_F(logged, what_never_reached_the_application_is_logged_too) {
  config.access_log->when = sidecar::access_log_when::errors;
  const tests::refusing_port nobody(loop.worker());
  config.inbound[0].upstream = nobody.where();
  start();
  EXPECT_EQ(ask("/things/7").status, 502);
  const auto line = boost::json::parse(lines(1, path())).as_object();
  EXPECT_EQ(line.at("error.type"), "connection_refused");
  EXPECT_FALSE(line.contains("phase.app"));
}

TEST_F(logged, errors_only) {
  config.access_log->when = sidecar::access_log_when::errors;
  start();
  EXPECT_EQ(ask("/things/7").status, 200);
  EXPECT_EQ(ask("/things/9").status, 503);
  EXPECT_EQ(boost::json::parse(lines(1, path())).as_object().at("url.path"), "/things/9");
}

TEST_F(logged, a_reload_opens_the_file_anew_and_takes_the_new_format) {
  start();
  ask("/things/1");
  lines(1, path());
  std::filesystem::rename(path(), path("rotated"));
  config.access_log->format = sidecar::access_log_format::text;
  config.access_log->text = "%{http.request.method} %{url.path}";
  proxy->reload(config);
  EXPECT_EQ(ask("/things/2").status, 200);
  EXPECT_NE(lines(1, path()).find("GET /things/2\n"), std::string::npos);
  EXPECT_EQ(read(path("rotated")).find("/things/2"), std::string::npos);

  config.access_log->path = path("no/folder");
  EXPECT_THROW(proxy->reload(config), std::runtime_error);
  config.access_log.reset();
  proxy->reload(config);
  EXPECT_EQ(ask("/things/3").status, 200);
  expect_metric("remora_access_log_lines_total 2");
}

}  // namespace
