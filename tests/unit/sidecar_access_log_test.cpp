// Lines of the access log: what they say, what they never say, and how they get out.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <sstream>
#include <thread>

#include "core/exposition.hpp"
#include "core/log.hpp"
#include "sidecar/access_log/access_line.hpp"
#include "sidecar/access_log/line_writer.hpp"
#include "sidecar/proxy/access_log.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

class access_line_test : public ::testing::Test {
 protected:
  access_line_test() {
    settings.name = "in";
    settings.upstream_label = "127.0.0.1:3000";
    settings.routes.push_back({"/v1/things/{id}", 1s, {}, {}});
    settings.routes.push_back({"other", 1s, {}, {}});
    head.method = "GET";
    head.target = "/v1/things/7?page=2&token=s3cret&bare";
    head.fields.add({"Host", "api.example"});
    head.fields.add({"User-Agent", "curl/8 \"x\""});
    head.fields.add({"X-Request-Id", "r-1"});
    head.fields.add({"Authorization", "Bearer s3cret"});
    record.listener = &settings;
    record.request = &head;
    record.path = head.path();
    record.query = head.query();
    record.status = 200;
    record.client = {boost::asio::ip::make_address("192.0.2.17"), 4711};
    record.context.trace.bytes.fill(0xAB);
    record.context.span.bytes.fill(0x01);
    record.context.flags = 3;
    record.arrived = core::now();
    record.received = record.arrived + 1ms;
    record.admitted = record.received + 2ms;
    record.connected = record.admitted + 3ms;
    record.forwarded = record.connected + 4ms;
    record.answered = record.forwarded + 5ms;
    record.finished = record.answered + 6ms;
    record.request_bytes = 12;
    record.response_bytes = 3456;
  }
  std::string line() {
    access_line renderer(std::make_shared<const access_line_format>(config, "shop \"1\""), wall);
    return std::string(renderer.render(record));
  }
  boost::json::object json() {
    const auto text = line();
    EXPECT_TRUE(text.ends_with("}\n")) << text;
    return boost::json::parse(text).as_object();
  }
  std::string by_template(std::string text) {
    config.format = access_log_format::text;
    config.text = std::move(text);
    return line();
  }
  core::wall_clock wall;
  listener_settings settings;
  core::request_head head;
  exchange_record record;
  access_log_config config;
};

TEST_F(access_line_test, says_what_happened_in_the_names_of_the_conventions) {
  const auto o = json();
  EXPECT_EQ(o.at("severity"), "INFO");
  EXPECT_EQ(o.at("severity_number"), 9);
  EXPECT_EQ(o.at("service.name"), "shop \"1\"");
  EXPECT_EQ(o.at("body"), "request");
  EXPECT_EQ(o.at("trace_id"), "abababababababababababababababab");
  EXPECT_EQ(o.at("span_id"), "0101010101010101");
  EXPECT_EQ(o.at("trace_flags"), "03");
  EXPECT_EQ(o.at("listener"), "in");
  EXPECT_EQ(o.at("http.request.method"), "GET");
  EXPECT_EQ(o.at("http.route"), "/v1/things/{id}");
  EXPECT_EQ(o.at("url.path"), "/v1/things/7");
  EXPECT_EQ(o.at("http.response.status_code"), 200);
  EXPECT_EQ(o.at("duration"), 0.020);
  EXPECT_EQ(o.at("phase.head"), 0.001);
  EXPECT_EQ(o.at("phase.queue"), 0.002);
  EXPECT_EQ(o.at("phase.connect"), 0.003);
  EXPECT_EQ(o.at("phase.send"), 0.004);
  EXPECT_EQ(o.at("phase.app"), 0.005);
  EXPECT_EQ(o.at("phase.write"), 0.006);
  EXPECT_EQ(o.at("upstream"), "127.0.0.1:3000");
  EXPECT_EQ(o.at("http.request.body.size"), 12);
  EXPECT_EQ(o.at("http.response.body.size"), 3456);
  EXPECT_EQ(o.at("client.address"), "192.0.2.17");
  EXPECT_EQ(o.at("network.protocol.version"), "1.1");
  EXPECT_EQ(o.at("user_agent.original"), "curl/8 \"x\"");
  for (const char* absent : {"flags", "error.type", "user_agent.synthetic.type", "url.query"})
    EXPECT_FALSE(o.contains(absent)) << absent;
}

TEST_F(access_line_test, the_timestamp_is_that_of_the_end_in_microseconds) {
  const auto nanos = wall.unix_nanos(record.finished);
  const std::string text(json().at("timestamp").as_string());
  ASSERT_EQ(text.size(), 27u);
  std::tm parts{};
  std::istringstream(text) >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
  EXPECT_EQ(static_cast<std::uint64_t>(timegm(&parts)), nanos / 1'000'000'000);
  EXPECT_EQ(std::stoull(text.substr(20, 6)), nanos % 1'000'000'000 / 1000);
  EXPECT_EQ(text.back(), 'Z');
}

TEST_F(access_line_test, nothing_unlisted_is_written_down) {
  const auto text = line();
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_EQ(text.find("page"), std::string::npos);
  EXPECT_EQ(text.find("r-1"), std::string::npos);
  config.fields = {"X-Request-ID"};
  config.query_keys = {"page"};
  const auto o = json();
  EXPECT_EQ(o.at("http.request.header.x-request-id"), "r-1");
  EXPECT_EQ(o.at("url.query"), "page=2&token=REDACTED&REDACTED");
  EXPECT_EQ(line().find("s3cret"), std::string::npos);
}

TEST_F(access_line_test, a_request_we_answered_has_no_upstream_and_says_why) {
  record.connected = record.forwarded = record.answered = {};
  record.status = 502;
  record.why = failure::connection_refused;
  record.resends = 1;
  record.verified_here = record.synthetic = true;
  record.route = 1;
  const auto o = json();
  EXPECT_EQ(o.at("severity"), "ERROR");
  EXPECT_EQ(o.at("error.type"), "connection_refused");
  EXPECT_EQ(boost::json::serialize(o.at("flags")),
            R"(["connection_refused","retried","verified_probe"])");
  EXPECT_EQ(o.at("user_agent.synthetic.type"), "test");
  for (const char* absent : {"upstream", "phase.connect", "phase.app", "phase.write", "http.route"})
    EXPECT_FALSE(o.contains(absent)) << absent;
}

TEST_F(access_line_test, any_bytes_give_valid_json) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  for (std::size_t at = 0; at < 16; ++at) {
    const std::string path = std::string(at, 'a') + bytes + "\xE2\x82\xAC" + "\xE2\x82";
    record.path = path;
    const auto o = json();
    const std::string shown(o.at("url.path").as_string());
    EXPECT_NE(shown.find("\x1F"), std::string::npos);
    EXPECT_NE(shown.find("\"#$"), std::string::npos);
    EXPECT_NE(shown.find("\xE2\x82\xAC"), std::string::npos);
    EXPECT_TRUE(shown.ends_with("\xEF\xBF\xBD\xEF\xBF\xBD"));
  }
}

TEST_F(access_line_test, addresses_of_both_versions) {
  record.client = {boost::asio::ip::make_address("2001:db8::7"), 1};
  EXPECT_EQ(json().at("client.address"), "2001:db8::7");
  record.client = {};
  EXPECT_FALSE(json().contains("client.address"));
}

TEST_F(access_line_test, a_template_is_filled_in) {
  config.fields = {"x-request-id"};
  EXPECT_EQ(by_template("%{client.address} \"%{http.request.method} %{url.path}\" "
                        "%{http.response.status_code} %{http.response.body.size} %{duration} "
                        "%{http.request.header.X-Request-Id} %{flags} 100%%"),
            "192.0.2.17 \"GET /v1/things/7\" 200 3456 0.020000 r-1 - 100%\n");
}

TEST_F(access_line_test, a_template_keeps_its_lines_and_quotes) {
  record.path = "/a\"b\\c\nd\x80";
  EXPECT_EQ(by_template("\"%{url.path}\""), "\"/a\\x22b\\x5cc\\x0ad\\x80\"\n");
}

struct bad_template {
  const char* name;
  const char* text;
  const char* wrong;
};
class access_template : public ::testing::TestWithParam<bad_template> {};
TEST_P(access_template, that_is_wrong_is_refused) {
  const std::vector<std::string> headers{"x-a"};
  EXPECT_NE(check_template_text(GetParam().text, headers).find(GetParam().wrong), std::string::npos)
      << check_template_text(GetParam().text, headers);
}
INSTANTIATE_TEST_SUITE_P(
    templates, access_template,
    ::testing::Values(bad_template{"unknown_name", "%{status}", "no %{status}"},
                      bad_template{"percent_at_the_end", "100%", "at character 4"},
                      bad_template{"open_brace", "a %{url.path", "at character 3"},
                      bad_template{"other_style", "%h", "at character 1"},
                      bad_template{"unlisted_header", "%{http.request.header.x-b}", "no %{http"},
                      bad_template{"two_lines", "a\nb", "control character"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(access_line_test, which_requests_are_logged) {
  const auto logged = [&](access_log_when when, double ratio) {
    config.when = when;
    config.ratio = ratio;
    return is_logged(record, access_line_format(config, "s"));
  };
  EXPECT_TRUE(logged(access_log_when::all, 0));
  EXPECT_FALSE(logged(access_log_when::errors, 0));
  EXPECT_FALSE(logged(access_log_when::sampled, 0));
  EXPECT_TRUE(logged(access_log_when::sampled, 1));
  // 0xAB… is at 67 % of the range of randomness.
  EXPECT_FALSE(logged(access_log_when::sampled, 0.66));
  EXPECT_TRUE(logged(access_log_when::sampled, 0.68));
  record.status = 500;
  EXPECT_TRUE(logged(access_log_when::errors, 0));
  EXPECT_TRUE(logged(access_log_when::sampled, 0));
  record.status = 404;
  EXPECT_FALSE(logged(access_log_when::errors, 0));
  record.why = failure::upstream_incomplete;
  EXPECT_TRUE(logged(access_log_when::errors, 0));
}

TEST(line_ring, gives_lines_in_order_and_drops_what_does_not_fit) {
  line_ring ring(100);  // 128
  EXPECT_TRUE(ring.push(std::string(100, 'a')));
  EXPECT_TRUE(ring.half_full());
  EXPECT_FALSE(ring.push(std::string(29, 'b')));
  EXPECT_TRUE(ring.push(std::string(28, 'c')));
  EXPECT_EQ(ring.waiting()[0], std::string(100, 'a') + std::string(28, 'c'));
  ring.consume(100);
  EXPECT_TRUE(ring.push(std::string(50, 'd')));
  const auto parts = ring.waiting();
  EXPECT_EQ(std::string(parts[0]) + std::string(parts[1]),
            std::string(28, 'c') + std::string(50, 'd'));
  EXPECT_EQ(ring.lines(), 3u);
  EXPECT_EQ(ring.dropped(), 1u);
  EXPECT_FALSE(ring.push(std::string(129, 'e')));
}

TEST(line_ring, two_threads_agree_on_every_byte) {
  line_ring ring(4096);
  constexpr int lines = 200'000;
  std::thread producer([&] {
    for (int i = 0; i < lines;) i += ring.push(std::to_string(i) + "\n");
  });
  std::string got;
  std::string expected;
  for (int i = 0; i < lines; ++i) expected += std::to_string(i) + "\n";
  while (got.size() < expected.size()) {
    const auto [first, second] = ring.waiting();
    got.append(first).append(second);
    ring.consume(first.size() + second.size());
  }
  producer.join();
  EXPECT_EQ(got, expected);
}

class line_writer_test : public ::testing::Test {
 protected:
  line_writer_test() {
    directory =
        std::filesystem::path(::testing::TempDir()) / ("access_log_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
  }
  ~line_writer_test() override { std::filesystem::remove_all(directory); }
  std::string path(const char* name = "log") const { return (directory / name).string(); }
  static std::string read(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static bool comes_to(const std::function<bool()>& condition) {
    const auto until = core::now() + 30s;
    while (!condition() && core::now() < until) std::this_thread::sleep_for(1ms);
    return condition();
  }
  static std::string metrics(const line_writer& writer) {
    core::exposition_writer out(core::exposition_format::text);
    writer.write_metrics(out);
    return std::move(out).finish();
  }
  std::filesystem::path directory;
  core::logger log{"test", core::log_level::error};
};

TEST_F(line_writer_test, lines_of_all_lanes_reach_the_file) {
  {
    line_writer writer(log);
    writer.open(path());
    writer.lane(1, 65536).push("one\n");
    writer.lane(0, 65536).push("zero\n");
    EXPECT_TRUE(comes_to([&] { return read(path()).size() == 9; }));
    writer.lane(1, 65536).push("last\n");
    EXPECT_NE(metrics(writer).find("remora_access_log_lines_total 3\n"), std::string::npos);
  }
  EXPECT_TRUE(read(path()).ends_with("last\n"));  // what waits is written at the end
}

TEST_F(line_writer_test, a_rotated_file_is_left_alone_after_it_is_opened_anew) {
  line_writer writer(log);
  writer.open(path());
  writer.lane(0, 65536).push("before\n");
  ASSERT_TRUE(comes_to([&] { return read(path()) == "before\n"; }));
  std::filesystem::rename(path(), path("rotated"));
  writer.open(path());
  writer.lane(0, 65536).push("after\n");
  EXPECT_TRUE(comes_to([&] { return read(path()) == "after\n"; }));
  EXPECT_EQ(read(path("rotated")), "before\n");
}

TEST_F(line_writer_test, a_path_that_cannot_be_opened_is_named_and_changes_nothing) {
  line_writer writer(log);
  writer.open(path());
  try {
    writer.open(path("no/such/folder"));
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("no/such/folder: No such file"), std::string::npos);
  }
  writer.lane(0, 65536).push("still\n");
  EXPECT_TRUE(comes_to([&] { return read(path()) == "still\n"; }));
}

TEST_F(line_writer_test, a_reader_that_stops_reading_costs_lines_and_no_time) {
  const auto pipe = path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  {
    line_writer writer(log);
    writer.open(pipe);
    auto& lane = writer.lane(0, 65536);
    const std::string line(1023, 'x');
    for (int i = 0; i < 1000; ++i) lane.push(line + "\n");  // the pipe and the lane hold 128 of it
    const auto text = metrics(writer);
    EXPECT_EQ(text.find("remora_access_log_dropped_total{reason=\"buffer_full\"} 0\n"),
              std::string::npos)
        << text;
  }
  ::close(reader);
}

TEST_F(line_writer_test, what_a_full_disk_costs_is_counted) {
  line_writer writer(log);
  writer.open("/dev/full");
  writer.lane(0, 65536).push("one\n");
  writer.lane(0, 65536).push("two\n");
  EXPECT_TRUE(comes_to([&] {
    return metrics(writer).find("remora_access_log_dropped_total{reason=\"write_failed\"} 2\n") !=
           std::string::npos;
  })) << metrics(writer);
}

TEST_F(line_writer_test, the_layer_writes_through_its_lane_and_without_a_format_nothing) {
  listener_settings settings;
  settings.routes.push_back({"other", 1s, {}, {}});
  core::request_head head;
  head.method = "GET";
  exchange_record record;
  record.listener = &settings;
  record.request = &head;
  record.path = "/x";
  record.status = 204;
  access_log_config config;
  config.format = access_log_format::text;
  config.text = "%{url.path} %{http.response.status_code}";
  const core::wall_clock wall;
  {
    line_writer writer(log);
    writer.open(path());
    access_log on(writer.lane(0, 65536), std::make_shared<access_line_format>(config, "s"), wall);
    on.after(record);
    access_log off;
    off.after(record);
  }
  EXPECT_EQ(read(path()), "/x 204\n");
}

}  // namespace
