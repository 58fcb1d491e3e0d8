#include "core/config_reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "core/config_check.hpp"

namespace {

const std::string url_wanted =
    "(expected http://HOST[:PORT][/PATH] or https://…, without user, query and fragment)";

using namespace std::chrono_literals;
using core::problems;

enum class colour { red, dark_blue };
constexpr auto config_names(colour) {
  return std::array{std::pair{"red", colour::red}, std::pair{"dark_blue", colour::dark_blue}};
}

struct tls_settings {
  std::string certificate;
  core::secret key;

  static void describe(core::fields<tls_settings>& f) {
    f.required("certificate", &tls_settings::certificate, "PEM file.");
    f.optional("key", &tls_settings::key, "Its key.");
  }
};

struct listener_settings {
  core::address listen;
  std::vector<std::string> methods;
  std::optional<tls_settings> tls;

  static void describe(core::fields<listener_settings>& f) {
    f.required("listen", &listener_settings::listen, "Where.");
    f.optional("methods", &listener_settings::methods, "Which.");
    f.optional("tls", &listener_settings::tls, "How.");
  }
};

struct settings {
  std::string service;
  int workers = 1;
  std::uint16_t small = 7;
  double ratio = 0.25;
  bool verbose = false;
  colour paint = colour::red;
  core::duration timeout = 5s;
  std::vector<core::duration> thresholds;
  std::optional<core::base_url> endpoint;
  core::byte_size limit{1024};
  core::secret token;
  std::vector<listener_settings> listeners;
  std::map<std::string, core::base_url> targets;

  static void describe(core::fields<settings>& f) {
    f.required("service", &settings::service, "Name.");
    f.optional("workers", &settings::workers, "Threads.").range(1, 64);
    f.optional("small", &settings::small, "A port.");
    f.optional("ratio", &settings::ratio, "Share.").range(0, 1);
    f.optional("verbose", &settings::verbose, "More.");
    f.optional("paint", &settings::paint, "Colour.");
    f.optional("timeout", &settings::timeout, "Limit.").range(1ms, 1h);
    f.optional("thresholds", &settings::thresholds, "Limits.").range(1ms, 10s);
    f.optional("endpoint", &settings::endpoint, "Where to.");
    f.optional("limit", &settings::limit, "Bytes.");
    f.optional("token", &settings::token, "Secret.");
    f.optional("listeners", &settings::listeners, "Ports.");
    f.optional("targets", &settings::targets, "Bases.");
    f.check(listeners_differ);
  }

  static void listeners_differ(const settings& s, const core::node& from, core::reading& r) {
    if (s.listeners.size() == 2 && s.listeners[0].listen == s.listeners[1].listen) {
      r.found.add(from.find("listeners")->items[1].at, "the same address twice");
    }
  }
};

core::environment environment_of(std::map<std::string, std::string> values) {
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

settings read(const std::string& text, problems& found,
              std::map<std::string, std::string> env = {}) {
  return core::read_config<settings>(core::document::parse("f.yaml", text, found), found,
                                     environment_of(std::move(env)));
}

settings read_well(const std::string& text, std::map<std::string, std::string> env = {}) {
  problems found;
  settings s = read("service: x\n" + text, found, std::move(env));
  EXPECT_TRUE(found.empty()) << found.to_string();
  return s;
}

TEST(config_reader, defaults_stay_where_nothing_is_said) {
  const settings s = read_well("");
  EXPECT_EQ(s.service, "x");
  EXPECT_EQ(s.workers, 1);
  EXPECT_EQ(s.timeout, 5s);
  EXPECT_FALSE(s.endpoint);
  EXPECT_TRUE(s.listeners.empty());
}

TEST(config_reader, reads_every_kind) {
  const settings s = read_well(R"(
workers: 8
small: 65535
ratio: 1e-2
verbose: true
paint: dark_blue
timeout: 1m30s
thresholds: [100ms, 300ms]
endpoint: "http://127.0.0.1:4318/"
limit: 64KiB
token: literal
listeners:
  - {listen: "127.0.0.1:80", methods: [GET, POST]}
  - listen: :81
    tls: {certificate: c.pem}
targets: {base: "http://a", other: "https://b/v1"}
)");
  EXPECT_EQ(s.workers, 8);
  EXPECT_EQ(s.small, 65535);
  EXPECT_EQ(s.ratio, 0.01);
  EXPECT_TRUE(s.verbose);
  EXPECT_EQ(s.paint, colour::dark_blue);
  EXPECT_EQ(s.timeout, 90s);
  EXPECT_EQ(s.thresholds, (std::vector<core::duration>{100ms, 300ms}));
  EXPECT_EQ(s.endpoint->to_string(), "http://127.0.0.1:4318");
  EXPECT_EQ(s.limit.bytes, 65536u);
  EXPECT_EQ(s.token.reveal(), "literal");
  ASSERT_EQ(s.listeners.size(), 2u);
  EXPECT_EQ(s.listeners[0].methods, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_FALSE(s.listeners[0].tls);
  EXPECT_EQ(s.listeners[1].tls->certificate, "c.pem");
  EXPECT_EQ(s.targets.at("other").to_string(), "https://b/v1");
}

TEST(config_reader, the_environment_fills_any_scalar) {
  const settings s = read_well(
      "workers: ${N}\ntimeout: ${SECONDS}s\npaint: \"${COLOUR}\"\nratio: \"${R}\"\n"
      "endpoint: http://${HOST}:${PORT}\ntoken: ${TOKEN}\n",
      {{"N", "3"},
       {"SECONDS", "7"},
       {"COLOUR", "dark_blue"},
       {"R", "0.5"},
       {"HOST", "h"},
       {"PORT", "81"},
       {"TOKEN", "file:taken as it is"}});
  EXPECT_EQ(s.workers, 3);
  EXPECT_EQ(s.timeout, 7s);
  EXPECT_EQ(s.paint, colour::dark_blue);
  EXPECT_EQ(s.ratio, 0.5);
  EXPECT_EQ(s.endpoint->to_string(), "http://h:81");
  EXPECT_EQ(s.token.reveal(), "file:taken as it is");
}

TEST(config_reader, a_reference_can_be_escaped_and_is_not_replaced_twice) {
  problems found;
  EXPECT_EQ(read("service: a$${B}-${C}$\n", found, {{"C", "${D}"}}).service, "a${B}-${D}$");
  EXPECT_TRUE(found.empty()) << found.to_string();
}

TEST(config_reader, all_problems_are_reported_at_once) {
  problems found;
  read("workers: many\ntimeuot: 5s\nlisteners: [{listen: 80}, {methods: GET}]\n", found);
  EXPECT_EQ(found.to_string(),
            "f.yaml:1:1: missing key \"service\" (expected string)\n"
            "f.yaml:1:10: \"many\" is no integer (expected an integer)\n"
            "f.yaml:2:1: unknown key \"timeuot\" (expected \"timeout\")\n"
            "f.yaml:3:22: \"80\" is no address (expected HOST:PORT, [IPv6]:PORT or :PORT)\n"
            "f.yaml:3:27: missing key \"listen\" (expected address)\n"
            "f.yaml:3:37: \"GET\" was given (expected a list)\n");
}

TEST(config_reader, a_rule_over_the_whole_runs_when_the_fields_are_sound) {
  problems found;
  read("service: x\nlisteners: [{listen: :1}, {listen: :1}]\n", found);
  EXPECT_EQ(found.to_string(), "f.yaml:2:27: the same address twice\n");
  problems other;
  read("service: x\nworkers: 0\nlisteners: [{listen: :1}, {listen: :1}]\n", other);
  EXPECT_EQ(other.to_string(), "f.yaml:2:10: \"workers\" is out of range (expected 1 to 64)\n");
}

TEST(config_reader, a_syntax_error_is_not_followed_by_missing_keys) {
  problems found;
  read("workers: [1\n", found);
  EXPECT_EQ(found.list().size(), 1u);
}

TEST(config_reader, shows_what_it_read_with_secrets_masked) {
  const settings s = read_well(
      "token: hunter2\nlisteners: [{listen: \":1\", tls: {certificate: c, key: hunter3}}]\n"
      "targets: {\"a b\": \"http://a\"}\nthresholds: [1s, 1500ms]\n");
  EXPECT_EQ(core::table_of<settings>().show(&s),
            R"({service: "x", workers: 1, small: 7, ratio: 0.25, verbose: false, paint: red, )"
            R"(timeout: 5s, thresholds: [1s, 1500ms], limit: 1KiB, token: <secret>, )"
            R"(listeners: [{listen: ":1", methods: [], tls: {certificate: "c", key: <secret>}}], )"
            R"(targets: {"a b": "http://a"}})");
}

TEST(config_reader, what_is_shown_reads_back) {
  const settings s = read_well("paint: dark_blue\nlimit: 1001\ntargets: {a: \"http://[::1]:1\"}\n");
  problems found;
  const settings again = read(core::table_of<settings>().show(&s), found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(core::table_of<settings>().show(&again), core::table_of<settings>().show(&s));
}

class config_files : public testing::Test {
 protected:
  void SetUp() override {
    // A folder of this process's own: ctest runs the tests of a suite side by side.
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("core_config_reader_test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "secrets");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
};

TEST_F(config_files, a_secret_file_is_found_beside_the_configuration) {
  write("secrets/token", "hunter2\r\n\n");
  const auto path = write("c.yaml", "service: x\ntoken: file:secrets/${NAME}\n");
  problems found;
  const auto s = core::load_config<settings>(path, found, environment_of({{"NAME", "token"}}));
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(s.token.reveal(), "hunter2");
}

TEST_F(config_files, a_secret_file_that_is_missing_empty_huge_or_a_folder_is_a_problem) {
  write("empty", "\n");
  write("huge", std::string(65537, 'x'));
  for (const auto& [name, expected] : std::map<std::string, std::string>{
           {"missing", "cannot read " + (folder_ / "missing").string()},
           {"empty", "the secret is empty"},
           {"huge", "cannot read " + (folder_ / "huge").string()},
           {"secrets", "cannot read " + (folder_ / "secrets").string() + ": it is no regular"}}) {
    problems found;
    core::load_config<settings>(write("c.yaml", "service: x\ntoken: file:" + name + "\n"), found);
    ASSERT_EQ(found.list().size(), 1u) << name;
    EXPECT_TRUE(found.list()[0].what.starts_with(expected)) << found.to_string();
    EXPECT_EQ(found.list()[0].line, 2);
    EXPECT_EQ(found.list()[0].column, 8);
  }
}

/// What `--check-config` does with a file.
int check(const std::string& path) {
  problems found;
  core::load_config<settings>(path, found);
  return core::report_config(path, found);
}

TEST_F(config_files, a_sound_file_is_reported_as_ok) {
  const auto path = write("c.yaml", "service: x\n");
  testing::internal::CaptureStdout();
  EXPECT_EQ(check(path), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), path + ": ok\n");
}

TEST_F(config_files, every_problem_is_reported_and_gives_65) {
  const auto path = write("c.yaml", "workers: x\n");
  testing::internal::CaptureStderr();
  EXPECT_EQ(check(path), 65);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            path + ":1:1: missing key \"service\" (expected string)\n" + path +
                ":1:10: \"x\" is no integer (expected an integer)\n");
}

TEST_F(config_files, a_file_that_cannot_be_read_is_reported) {
  const auto path = (folder_ / "none.yaml").string();
  testing::internal::CaptureStderr();
  EXPECT_EQ(check(path), 65);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            path + ": cannot be read: No such file or directory\n");
}

struct broken_settings {
  const char* name;
  std::string text;  ///< below `service: x`, so from line 2 on
  std::string problem;
};

class broken_config : public testing::TestWithParam<broken_settings> {};

TEST_P(broken_config, is_explained_with_its_place) {
  problems found;
  read("service: x\n" + GetParam().text + "\n", found, {{"EMPTY", ""}, {"WORD", "word"}});
  EXPECT_EQ(found.to_string(), "f.yaml:" + GetParam().problem + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    cases, broken_config,
    testing::Values(
        broken_settings{"unknown_key_near", "verbos: true",
                        "2:1: unknown key \"verbos\" (expected \"verbose\")"},
        broken_settings{"unknown_key_dashes", "listeners: [{listen: :1, tls-: {}}]",
                        "2:26: unknown key \"tls-\" (expected \"tls\")"},
        broken_settings{"unknown_key_far", "listeners: [{listen: :1, completely_other: 1}]",
                        "2:26: unknown key \"completely_other\" "
                        "(expected one of listen, methods, tls)"},
        broken_settings{"integer_word", "workers: two",
                        "2:10: \"two\" is no integer (expected an integer)"},
        broken_settings{"integer_fraction", "workers: 1.5",
                        "2:10: \"1.5\" is no integer (expected an integer)"},
        broken_settings{"integer_quoted", "workers: \"2\"",
                        "2:10: \"2\" is quoted, so it is text "
                        "(expected an integer without quotes)"},
        broken_settings{"integer_beyond_its_type", "small: 65536",
                        "2:8: 65536 is out of range (expected 0 to 65535)"},
        broken_settings{"integer_negative", "small: -1",
                        "2:8: -1 is out of range (expected 0 to 65535)"},
        broken_settings{"integer_enormous", "workers: 99999999999999999999",
                        "2:10: 99999999999999999999 is out of range "
                        "(expected -2147483648 to 2147483647)"},
        broken_settings{"integer_list", "workers: [1]",
                        "2:10: a list was given (expected an integer)"},
        broken_settings{"integer_from_a_word", "workers: ${WORD}",
                        "2:10: \"${WORD}\" is no integer (expected an integer)"},
        broken_settings{"below_range", "workers: 0",
                        "2:10: \"workers\" is out of range (expected 1 to 64)"},
        broken_settings{"ratio_above_range", "ratio: 1.01",
                        "2:8: \"ratio\" is out of range (expected 0 to 1)"},
        broken_settings{"ratio_not_finite", "ratio: nan",
                        "2:8: \"nan\" is no number (expected a number)"},
        broken_settings{"boolean_yes", "verbose: yes",
                        "2:10: \"yes\" is no boolean (expected true or false)"},
        broken_settings{"boolean_quoted", "verbose: 'true'",
                        "2:10: \"true\" is quoted, so it is text "
                        "(expected true or false without quotes)"},
        broken_settings{"enum_other", "paint: green",
                        "2:8: \"green\" is not known here (expected one of red, dark_blue)"},
        broken_settings{"duration_bare_number", "timeout: 5",
                        "2:10: \"5\" is no duration "
                        "(expected a duration such as 250ms, 5s, 2m or 1h)"},
        broken_settings{"duration_above_range", "timeout: 2h",
                        "2:10: \"timeout\" is out of range (expected 1ms to 1h)"},
        broken_settings{"one_of_a_list_above_range", "thresholds: [1s, 11s]",
                        "2:13: \"thresholds\" is out of range (expected 1ms to 10s)"},
        broken_settings{"url_without_scheme", "endpoint: localhost:4318",
                        "2:11: \"localhost:4318\" is no URL " + url_wanted},
        broken_settings{"size_unit", "limit: 5 MB",
                        "2:8: \"5 MB\" is no size "
                        "(expected a number of bytes such as 512, 64KB or 1MiB)"},
        broken_settings{"key_without_value", "endpoint:", "2:1: no value was given " + url_wanted},
        broken_settings{"map_without_value", "listeners:\n- listen: :1\n  tls:",
                        "4:3: no value was given (expected a map)"},
        broken_settings{"map_for_list", "listeners: {listen: :1}",
                        "2:12: a map was given (expected a list)"},
        broken_settings{"list_for_map", "targets: [a]", "2:10: a list was given (expected a map)"},
        broken_settings{"map_value", "targets: {a: b}", "2:14: \"b\" is no URL " + url_wanted},
        broken_settings{"missing_in_nested", "listeners:\n- methods: [GET]",
                        "3:3: missing key \"listen\" (expected address)"},
        broken_settings{"variable_unset", "token: ${NOWHERE}",
                        "2:8: environment variable NOWHERE is not set"},
        broken_settings{"variable_unclosed", "token: ${NOWHERE",
                        "2:8: \"${\" begins no environment variable's name "
                        "(expected ${NAME}, or $${ for the characters themselves)"},
        broken_settings{"variable_unnamed", "token: a${}",
                        "2:8: \"${\" begins no environment variable's name "
                        "(expected ${NAME}, or $${ for the characters themselves)"},
        broken_settings{"secret_empty", "token: ${EMPTY}",
                        "2:8: the secret is empty (expected file:PATH or ${NAME})"},
        broken_settings{"secret_list", "token: [a]",
                        "2:8: a list was given (expected file:PATH or ${NAME})"},
        broken_settings{"second_document", "---\nservice: y",
                        "3:1: a second YAML document (after ---) (expected one document)"},
        broken_settings{"duplicate_key", "workers: 1\nworkers: 2",
                        "3:1: duplicate key \"workers\" "
                        "(expected it once; it is on line 2 already)"}),
    [](const auto& info) { return info.param.name; });

TEST(broken_config, that_is_no_map_or_nothing_at_all) {
  problems list, nothing;
  read("- a\n", list);
  EXPECT_EQ(list.to_string(), "f.yaml:1:1: a list was given (expected a map)\n");
  read("# empty\n", nothing);
  EXPECT_EQ(nothing.to_string(), "f.yaml:1:1: missing key \"service\" (expected string)\n");
}

}  // namespace
