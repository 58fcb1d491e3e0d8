#include "sidecar/proxy/body_relay.hpp"

#include <gtest/gtest.h>

namespace {

using core::body_kind;
using core::framing;
using sidecar::body_progress;

std::string relay_in_pieces(const framing& frame, std::string_view wire, std::size_t piece,
                            bool payload_only, std::string* left = nullptr) {
  body_progress progress(frame);
  std::string out, pending;
  for (std::size_t at = 0; at < wire.size() && !progress.done(); at += piece) {
    pending.append(wire.substr(at, piece));
    while (!pending.empty() && !progress.done()) {
      const auto part = progress.next(pending, payload_only);
      if (part.bad) return "bad";
      out.append(part.payload);
      pending.erase(0, part.take);
      if (part.take == 0) break;
    }
    if (progress.done() && left)
      *left = pending + std::string(wire.substr(std::min(wire.size(), at + piece)));
  }
  EXPECT_TRUE(progress.done() || frame.kind == body_kind::until_close);
  return out;
}

TEST(body_progress, a_length_takes_exactly_that_much) {
  for (std::size_t piece = 1; piece <= 12; ++piece) {
    std::string left;
    EXPECT_EQ(relay_in_pieces({body_kind::length, 5}, "helloGET /", piece, false, &left), "hello");
    EXPECT_EQ(left, "GET /");
  }
}

TEST(body_progress, chunks_are_relayed_as_they_came_with_their_trailers) {
  const std::string body = "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nDigest: z\r\n\r\n";
  for (std::size_t piece = 1; piece <= body.size() + 3; ++piece) {
    std::string left;
    EXPECT_EQ(relay_in_pieces({body_kind::chunked}, body + "GET", piece, false, &left), body)
        << piece;
    EXPECT_EQ(left, "GET");
  }
}

TEST(body_progress, a_client_without_chunks_gets_the_payload_only) {
  const std::string body = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece <= body.size(); ++piece)
    EXPECT_EQ(relay_in_pieces({body_kind::chunked}, body, piece, true), "hello!") << piece;
}

TEST(body_progress, malformed_chunks_are_noticed) {
  EXPECT_EQ(relay_in_pieces({body_kind::chunked}, "zz\r\nhello\r\n", 100, false), "bad");
}

TEST(body_progress, until_close_takes_everything) {
  EXPECT_EQ(relay_in_pieces({body_kind::until_close}, "all of it", 3, false), "all of it");
}

TEST(body_progress, no_body_is_done_at_once) {
  EXPECT_TRUE(body_progress({body_kind::none}).done());
}

TEST(read_window, hold_keeps_views_and_rewind_ends_them) {
  char memory[32] = "GET / HTTP\r\n\r\nBODYNEXT";
  sidecar::read_window window{std::span<char>(memory)};
  window.filled(22);
  window.hold(14);
  EXPECT_EQ(window.bytes(), "BODYNEXT");
  window.consume(8);
  EXPECT_EQ(window.space().data(), memory + 14);  // the head is still in place
  window.filled(4);
  window.rewind();
  EXPECT_EQ(window.bytes(), "BODY");
  EXPECT_EQ(window.bytes().data(), memory);
}

}  // namespace
