#include "core/document.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace {

using core::document;
using core::node;
using core::problems;

std::string place(const node& n) {
  return std::to_string(n.at.line) + ":" + std::to_string(n.at.column);
}

std::string problems_of(const std::string& text) {
  problems found;
  document::parse("f.yaml", text, found);
  return found.to_string();
}

TEST(document, maps_lists_and_scalars_with_their_places) {
  problems found;
  const auto d = document::parse("f.yaml",
                                 "listen: 127.0.0.1:80\n"
                                 "routes:\n"
                                 "  - {route: /a, methods: [GET, POST]}\n"
                                 "  - route: \"5\"\n",
                                 found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  ASSERT_EQ(d.roots().size(), 1u);
  const node& root = d.roots()[0];
  EXPECT_EQ(root.find("listen")->text, "127.0.0.1:80");
  EXPECT_EQ(place(*root.find("listen")), "1:9");
  const node& routes = *root.find("routes");
  ASSERT_TRUE(routes.is_sequence());
  ASSERT_EQ(routes.items.size(), 2u);
  EXPECT_EQ(place(routes.items[0]), "3:5");
  EXPECT_EQ(routes.items[0].find("methods")->items[1].text, "POST");
  EXPECT_EQ(place(routes.items[0].find("methods")->items[1]), "3:32");
  EXPECT_FALSE(routes.items[0].find("route")->quoted);
  EXPECT_TRUE(routes.items[1].find("route")->quoted);
  EXPECT_EQ(root.find("missing"), nullptr);
  EXPECT_EQ(routes.find("route"), nullptr);
}

TEST(document, members_stay_in_file_order) {
  problems found;
  const auto d = document::parse("f.yaml", "b: 1\na: 2\nc: 3\n", found);
  std::string order;
  for (const node::member& m : d.roots()[0].members) order += m.key.text;
  EXPECT_EQ(order, "bac");
}

TEST(document, json_is_yaml) {
  problems found;
  const auto d = document::parse("f.json", R"({"a": [1, true, null], "b": {"c": "x\ny"}})", found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(d.roots()[0].find("a")->items[1].text, "true");
  EXPECT_TRUE(d.roots()[0].find("a")->items[2].is_null());
  EXPECT_EQ(d.roots()[0].find("b")->find("c")->text, "x\ny");
}

TEST(document, a_missing_value_stands_where_its_key_does) {
  problems found;
  const auto d = document::parse("f.yaml", "a:\n\nb: 1\nc:\nnull_like: 2\nd: {e: , f: 1}\n", found);
  ASSERT_TRUE(found.empty()) << found.to_string();
  EXPECT_TRUE(d.roots()[0].find("a")->is_null());
  EXPECT_EQ(place(*d.roots()[0].find("a")), "1:1");
  EXPECT_EQ(place(*d.roots()[0].find("c")), "4:1");
  EXPECT_EQ(place(*d.roots()[0].find("d")->find("e")), "6:5");
}

TEST(document, a_key_that_begins_like_null_is_no_value) {
  problems found;
  const auto d = document::parse("f.yaml", "a:\nnull_like: 1\nb:\n~x: 1\n", found);
  EXPECT_EQ(place(*d.roots()[0].find("a")), "1:1");
  EXPECT_EQ(place(*d.roots()[0].find("b")), "3:1");
}

TEST(document, a_written_null_stands_where_it_is_written) {
  problems found;
  const auto d = document::parse("f.yaml", "a: ~\nb: null\r\nc: Null # why\n", found);
  EXPECT_EQ(place(*d.roots()[0].find("a")), "1:4");
  EXPECT_EQ(place(*d.roots()[0].find("b")), "2:4");
  EXPECT_EQ(place(*d.roots()[0].find("c")), "3:4");
}

TEST(document, several_documents) {
  problems found;
  const auto d = document::parse("f.yaml", "a: 1\n---\nb: 2\n", found);
  ASSERT_EQ(d.roots().size(), 2u);
  EXPECT_EQ(place(d.roots()[1]), "3:1");
}

TEST(document, an_empty_file_has_no_roots) {
  problems found;
  EXPECT_TRUE(document::parse("f.yaml", "", found).roots().empty());
  EXPECT_TRUE(document::parse("f.yaml", "# nothing\n", found).roots().empty());
  EXPECT_TRUE(document::parse("f.yaml", "\xEF\xBB\xBF", found).whole());
  EXPECT_TRUE(found.empty());
}

TEST(document, a_byte_order_mark_is_no_part_of_the_first_key) {
  problems found;
  const auto d = document::parse("f.yaml",
                                 "\xEF\xBB\xBF"
                                 "a: 1\n",
                                 found);
  EXPECT_EQ(place(*d.roots()[0].find("a")), "1:4");
}

TEST(document, positions_survive_a_move) {
  problems found;
  auto first = document::parse("some/file.yaml", "a: 1\n", found);
  const document second = std::move(first);
  EXPECT_EQ(second.roots()[0].at.file, "some/file.yaml");
}

TEST(document, what_could_be_read_is_kept_beside_problems) {
  problems found;
  const auto d = document::parse("f.yaml", "a: &x 1\nb: 2\nb: 3\n", found);
  EXPECT_EQ(found.list().size(), 2u);
  EXPECT_TRUE(d.whole());
  EXPECT_EQ(d.roots()[0].find("a")->text, "1");
  EXPECT_EQ(d.roots()[0].find("b")->text, "2");
}

TEST(document, a_document_cut_off_by_a_syntax_error_is_no_root) {
  problems found;
  const auto d = document::parse("f.yaml", "a: 1\n---\nb: [1\n", found);
  EXPECT_FALSE(d.whole());
  EXPECT_EQ(d.roots().size(), 1u);
}

TEST(document, no_prefix_of_a_file_breaks_the_parser) {
  const std::string text =
      "a: &x [1, \"two\\n\", 'three', {k: v}]\nb: |\n  block\n  text\n? c\n: !!str d\n"
      "e: *x\n\"\\u00e9\": \xC3\xA9\n---\n- ~\n- >-\n  folded\n...\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    problems found;
    const auto d = document::parse("f.yaml", text.substr(0, length), found);
    EXPECT_TRUE(d.whole() || !found.empty()) << length;
  }
}

TEST(document, nesting_without_end_is_a_problem_not_a_crash) {
  EXPECT_FALSE(problems_of(std::string(100000, '[')).empty());
  EXPECT_FALSE(problems_of(std::string(100000, '{')).empty());
}

TEST(document, load_reads_a_file) {
  const auto path = std::filesystem::path(testing::TempDir()) / "core_document_test.yaml";
  std::ofstream(path) << "a: 1\n";
  problems found;
  const auto d = document::load(path.string(), found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(d.file(), path.string());
  EXPECT_EQ(d.roots()[0].find("a")->text, "1");
  std::filesystem::remove(path);
}

TEST(document, load_says_why_a_file_cannot_be_read) {
  problems found;
  EXPECT_FALSE(document::load("/nonexistent/f.yaml", found).whole());
  EXPECT_FALSE(document::load(testing::TempDir(), found).whole());
  EXPECT_EQ(found.list()[0].to_string(),
            "/nonexistent/f.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(found.list()[1].to_string(), testing::TempDir() + ": cannot be read: Is a directory");
}

TEST(problems, are_printed_in_order_of_file_and_line) {
  problems found;
  found.add({"b.yaml", 1, 1}, "third");
  found.add({"a.yaml", 10, 2}, "second", "something else");
  found.add({"a.yaml", 9, 7}, "first");
  found.add({"c.yaml", 0, 0}, "fourth");
  EXPECT_EQ(found.to_string(),
            "a.yaml:9:7: first\n"
            "a.yaml:10:2: second (expected something else)\n"
            "b.yaml:1:1: third\n"
            "c.yaml: fourth\n");
}

struct broken_text {
  const char* name;
  std::string text;
  std::string problems;
};

class broken_document : public testing::TestWithParam<broken_text> {};

TEST_P(broken_document, is_explained) {
  EXPECT_EQ(problems_of(GetParam().text), GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(
    cases, broken_document,
    testing::Values(
        broken_text{"duplicate_key", "a: 1\nb: 2\na: 3\n",
                    "f.yaml:3:1: duplicate key \"a\" "
                    "(expected it once; it is on line 1 already)\n"},
        broken_text{"duplicate_key_in_flow", "a: {x: 1, y: 2, x: 3}\n",
                    "f.yaml:1:17: duplicate key \"x\" "
                    "(expected it once; it is on line 1 already)\n"},
        broken_text{"anchor_and_alias", "a: &x 1\nb: *x\n",
                    "f.yaml:1:4: an anchor (&x) is not supported "
                    "(expected the value written where it is used)\n"
                    "f.yaml:2:4: an alias (*name) is not supported "
                    "(expected the value written out)\n"},
        broken_text{"unknown_alias", "a: *x\n",
                    "f.yaml:1:4: the referenced anchor is not defined\n"},
        broken_text{"explicit_tag", "a: !!int 5\n",
                    "f.yaml:1:4: an explicit tag (tag:yaml.org,2002:int) is not supported "
                    "(expected the value alone)\n"},
        broken_text{"list_as_key", "[a]: 1\n",
                    "f.yaml:1:1: a key cannot be a list (expected a string)\n"},
        broken_text{"null_as_key", "a: 1\n~: 1\n",
                    "f.yaml:2:1: a key cannot be nothing (expected a string)\n"},
        broken_text{"open_list", "a: [1, 2\n", "f.yaml:2:1: end of sequence flow not found\n"},
        broken_text{"stray_comma", ",", "f.yaml:1:1: this is out of place\n"},
        broken_text{"stray_comma_after_a_document", "a: 1\n---\n, b\n",
                    "f.yaml:3:1: this is out of place\n"},
        broken_text{"second_colon", "a: b: c\n", "f.yaml:1:5: illegal map value\n"},
        broken_text{"tab_indent", "a:\n\tb: 1\n",
                    "f.yaml:2:3: illegal map value "
                    "(expected spaces instead of tabs as indentation)\n"},
        broken_text{"control_character", "a: 1\nb: \x04\n",
                    "f.yaml:2:4: a byte that cannot stand in a YAML file "
                    "(expected UTF-8 text without control characters)\n"},
        broken_text{"not_utf8", "a: caf\xE9\n",
                    "f.yaml:1:7: a byte that cannot stand in a YAML file "
                    "(expected UTF-8 text without control characters)\n"},
        broken_text{"other_version", "%YAML 3.0\n---\na: 1\n",
                    "f.yaml:1:1: YAML major version too large\n"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
