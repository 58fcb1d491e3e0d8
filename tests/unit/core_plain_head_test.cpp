#include "core/plain_head.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

constexpr std::size_t limit = 256;

std::size_t split(std::string_view bytes) {
  const auto head = std::make_unique<core::request_head>();
  return core::split_plain_request(bytes, limit, *head);
}

std::size_t split_answer(std::string_view bytes) {
  const auto head = std::make_unique<core::response_head>();
  return core::split_plain_response(bytes, limit, *head);
}

TEST(plain_head, is_read_with_all_its_fields) {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nAccept:*/*\r\nEmpty:\r\nEmpty2: \r\n"
      "connection: keep-alive\r\nTwo-Words: some longer text, quoted \"so\"\r\n\r\nbody";
  core::request_head head;
  ASSERT_EQ(core::split_plain_request(bytes, limit, head), bytes.size() - 4);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_FALSE(head.legacy);
  ASSERT_EQ(head.fields.all().size(), 6u);
  EXPECT_EQ(head.fields.find("host"), "x");
  EXPECT_EQ(head.fields.find("accept"), "*/*");
  EXPECT_EQ(head.fields.find("empty"), "");
  EXPECT_EQ(head.fields.find("empty2"), "");
  EXPECT_EQ(head.fields.find("two-words"), "some longer text, quoted \"so\"");
}

TEST(plain_head, of_an_answer_is_read) {
  const std::string bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  core::response_head head;
  ASSERT_EQ(core::split_plain_response(bytes, limit, head), bytes.size());
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not Found");
  EXPECT_EQ(head.fields.find("content-length"), "0");
}

TEST(plain_head, every_part_of_one_is_incomplete) {
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  for (std::size_t n = 0; n < request.size(); ++n) EXPECT_EQ(split(request.substr(0, n)), 0u) << n;
  const std::string answer = "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n";
  for (std::size_t n = 0; n < answer.size(); ++n)
    EXPECT_EQ(split_answer(answer.substr(0, n)), 0u) << n;
}

TEST(plain_head, leaves_requests_that_are_not_plain_to_others) {
  const auto with = [](std::string_view line) {
    return "GET / HTTP/1.1\r\nHost: x\r\n" + std::string(line) + "\r\n\r\n";
  };
  EXPECT_NE(split(with("X: y")), 0u);
  for (const char* line : {"X : y", " X: y", "X", ": y", "X: y\nZ: w", "X: y\r", "X: y\tz", "X: y ",
                           "X:  y", "X:\ty", "X: \x7f", "X: \x80", "X: y\r\n z", "X(: y",
                           "Connection: close, x", "Connection:", "Proxy-Connection: a b"})
    EXPECT_EQ(split(with(line)), 0u) << line;
  EXPECT_EQ(split(with(std::string("X: a\0b", 6))), 0u);
  for (const char* start :
       {"GET / HTTP/1.0", "GET / HTTP/1.2", "GET  / HTTP/1.1", "GET / http/1.1", "GET /# HTTP/1.1",
        "GET /\xc3\xa4 HTTP/1.1", "GET * HTTP/1.1", "CONNECT /a HTTP/1.1", "GET http://a/ HTTP/1.1",
        " GET / HTTP/1.1", "G(T / HTTP/1.1", "/ HTTP/1.1", "\r\nGET / HTTP/1.1"})
    EXPECT_EQ(split(std::string(start) + "\r\nHost: x\r\n\r\n"), 0u) << start;
}

TEST(plain_head, leaves_answers_that_are_not_plain_to_others) {
  for (const char* start : {"HTTP/1.0 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 099 OK", "HTTP/1.1 2000",
                            "HTTP/1.1 200", "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\x80K"})
    EXPECT_EQ(split_answer(std::string(start) + "\r\n\r\n"), 0u) << start;
}

TEST(plain_head, is_no_longer_than_its_limit) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  core::request_head head;
  EXPECT_EQ(core::split_plain_request(bytes, bytes.size(), head), bytes.size());
  EXPECT_EQ(core::split_plain_request(bytes, bytes.size() - 1, head), 0u);
}

TEST(plain_head, has_no_more_fields_than_there_is_room_for) {
  std::string bytes = "GET / HTTP/1.1\r\n";
  for (std::size_t n = 0; n < core::http_fields::capacity; ++n) bytes += "a: b\r\n";
  core::request_head head;
  EXPECT_NE(core::split_plain_request(bytes + "\r\n", 8192, head), 0u);
  EXPECT_EQ(core::split_plain_request(bytes + "a: b\r\n\r\n", 8192, head), 0u);
}

TEST(plain_head, ends_a_text_at_the_first_byte_that_is_not_plain_wherever_it_stands) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t place = 0; place < 20; ++place) {
      std::string value(20, 'x');
      value[place] = static_cast<char>(byte);
      const bool inner = place > 0 && place < 19;
      const bool plain = (byte > 0x20 && byte < 0x7f) || (byte == 0x20 && inner);
      const bool taken = split("GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n") != 0;
      EXPECT_EQ(taken, plain) << byte << " at " << place;
    }
}

}  // namespace
