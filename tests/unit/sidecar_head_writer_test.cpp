#include "sidecar/proxy/head_writer.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;

class head_writer : public ::testing::Test {
 protected:
  head_writer() {
    settings.upstream_label = "127.0.0.1:3000";
    record.listener = &settings;
    record.request = &request;
    record.context.trace.bytes.fill(0xab);
    record.context.span.bytes.fill(0xcd);
    record.context.flags = 1;
  }
  std::string written_request(std::string_view bytes, core::framing frame = {}) {
    EXPECT_EQ(core::parse_request_head(bytes, 8192, request).state,
              core::head_parse::state::complete);
    head_buffer out(memory);
    write_request_head(out, record, frame, "192.0.2.7", false, asks_for_upgrade(request.fields));
    EXPECT_FALSE(out.overflown());
    return std::string(out.text());
  }
  std::string written_response(std::string_view bytes, core::framing frame, bool close = false,
                               bool dechunk = false) {
    core::response_head head;
    EXPECT_EQ(core::parse_response_head(bytes, 8192, head).state,
              core::head_parse::state::complete);
    head_buffer out(memory);
    write_response_head(out, record, head, frame, close, dechunk);
    return std::string(out.text());
  }
  listener_settings settings;
  core::request_head request;
  exchange_record record;
  char memory[4096];
};

constexpr std::string_view our_parent = "00-abababababababababababababababab-cdcdcdcdcdcdcdcd-01";

TEST_F(head_writer, writes_the_request_anew_with_our_context) {
  EXPECT_EQ(written_request("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"),
            "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nX-Forwarded-For: 192.0.2.7\r\n"
            "X-Forwarded-Proto: http\r\ntraceparent: " +
                std::string(our_parent) + "\r\n\r\n");
}

TEST_F(head_writer, drops_hop_by_hop_fields_and_those_connection_names) {
  const auto text = written_request(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: "
      "timeout=5\r\n"
      "TE: trailers\r\nUpgrade: h2c\r\nProxy-Connection: close\r\nProxy-Authorization: "
      "x\r\nX-Kept: 2\r\n\r\n");
  for (const char* gone : {"Connection", "X-Secret", "Keep-Alive", "TE:", "Upgrade", "Proxy-"})
    EXPECT_EQ(text.find(gone), std::string::npos) << gone;
  EXPECT_NE(text.find("X-Kept: 2\r\n"), std::string::npos);
}

TEST_F(head_writer, replaces_context_signature_and_framing) {
  record.state.set("remora", "synthetic");
  const auto text = written_request(
      "POST / HTTP/1.1\r\nHost: x\r\ntraceparent: "
      "00-11111111111111111111111111111111-2222222222222222-00\r\n"
      "tracestate: a=b\r\nremora-probe: s;t=1\r\nContent-Length: 007\r\nExpect: "
      "100-continue\r\n\r\n",
      {core::body_kind::length, 7});
  EXPECT_EQ(text.find("1111111111"), std::string::npos);
  EXPECT_EQ(text.find("remora-probe"), std::string::npos);
  EXPECT_NE(text.find("Expect: 100-continue\r\n"), std::string::npos);  // the upstream's to answer
  EXPECT_NE(text.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_NE(text.find("tracestate: remora=synthetic\r\n"), std::string::npos);
}

TEST_F(head_writer, a_deadline_is_passed_on_as_what_is_left_and_a_strangers_is_not) {
  const std::string_view bytes = "GET / HTTP/1.1\r\nHost: x\r\nRemora-Timeout-Ms: 999999\r\n\r\n";
  EXPECT_EQ(written_request(bytes).find("999999"), std::string::npos);
  record.connected = core::instant(std::chrono::seconds(1000));
  record.until = core::deadline::in(std::chrono::microseconds(2500900), record.connected);
  const auto text = written_request(bytes);
  EXPECT_NE(text.find("\r\nremora-timeout-ms: 2500\r\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("999999"), std::string::npos) << text;
  settings.pass_deadline = false;
  EXPECT_EQ(written_request(bytes).find("imeout-"), std::string::npos);
}

TEST_F(head_writer, appends_to_the_forwarding_chain) {
  const auto text = written_request(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: "
      "https\r\n\r\n");
  EXPECT_NE(text.find("X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n"), std::string::npos);
  EXPECT_NE(text.find("X-Forwarded-Proto: https\r\n"), std::string::npos);
}

TEST_F(head_writer, says_who_called_and_lets_no_client_say_it) {
  constexpr std::string_view bytes =
      "GET / HTTP/1.1\r\nHost: x\r\nRemora-Peer: spiffe://forged\r\n"
      "X-Forwarded-Client-Cert: forged\r\nremora-peer: again\r\n\r\n";
  const auto plain = written_request(bytes);
  EXPECT_EQ(plain.find("orged"), std::string::npos) << plain;
  EXPECT_EQ(plain.find("again"), std::string::npos) << plain;
  record.peer = "spiffe://remora/securities";
  const auto known = written_request(bytes);
  EXPECT_EQ(known.find("orged"), std::string::npos) << known;
  EXPECT_NE(known.find("\r\nremora-peer: spiffe://remora/securities\r\n"), std::string::npos);
  settings.peer_header = "X-Caller";
  EXPECT_NE(written_request(bytes).find("\r\nX-Caller: spiffe://remora/"), std::string::npos);
  EXPECT_EQ(written_request("GET / HTTP/1.1\r\nHost: x\r\nx-caller: forged\r\n\r\n").find("forged"),
            std::string::npos);
  settings.side = direction::outbound;
  EXPECT_EQ(written_request(bytes).find("X-Caller"), std::string::npos);
}

TEST_F(head_writer, gives_an_old_client_a_host) {
  EXPECT_NE(written_request("GET / HTTP/1.0\r\n\r\n").find("Host: 127.0.0.1:3000\r\n"),
            std::string::npos);
}

TEST_F(head_writer, writes_the_answer_anew) {
  EXPECT_EQ(written_response(
                "HTTP/1.0 200 Fine\r\nServer: s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n",
                {core::body_kind::length, 2}),
            "HTTP/1.1 200 Fine\r\nServer: s\r\nContent-Length: 2\r\n\r\n");
}

TEST_F(head_writer, hides_the_applications_timing_unless_told) {
  constexpr std::string_view bytes =
      "HTTP/1.1 200 OK\r\nServer-Timing: db;dur=3\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(written_response(bytes, {core::body_kind::length, 0}).find("Server-Timing"),
            std::string::npos);
  settings.expose_server_timing = true;
  EXPECT_NE(written_response(bytes, {core::body_kind::length, 0}).find("Server-Timing: db;dur=3"),
            std::string::npos);
}

TEST_F(head_writer, keeps_the_length_an_answer_to_head_declares) {
  EXPECT_NE(
      written_response("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", {core::body_kind::none})
          .find("Content-Length: 1234\r\n"),
      std::string::npos);
}

TEST_F(head_writer, chunks_stay_chunks_unless_the_client_knows_none) {
  constexpr std::string_view bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_NE(
      written_response(bytes, {core::body_kind::chunked}).find("Transfer-Encoding: chunked\r\n"),
      std::string::npos);
  const auto plain = written_response(bytes, {core::body_kind::chunked}, true, true);
  EXPECT_EQ(plain.find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(plain.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(head_writer, says_when_a_head_does_not_fit) {
  core::parse_request_head("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 8192, request);
  char small[40];
  head_buffer out(small);
  write_request_head(out, record, {}, "192.0.2.7", false, false);
  EXPECT_TRUE(out.overflown());
}

TEST_F(head_writer, nobody_else_says_that_a_trace_is_kept) {
  const auto request = written_request("GET / HTTP/1.1\r\nHost: x\r\nRemora-Trace: kept\r\n\r\n");
  EXPECT_EQ(request.find("kept"), std::string::npos) << request;
  for (const bool expose : {false, true}) {
    settings.expose_server_timing = expose;
    const auto answer =
        written_response("HTTP/1.1 200 OK\r\nremora-trace: kept\r\nContent-Length: 0\r\n\r\n",
                         {core::body_kind::length});
    EXPECT_EQ(answer.find("kept"), std::string::npos) << answer;
  }
}

TEST(head_buffer, takes_pieces_of_every_length_and_numbers_whole) {
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::array<char, 4096> memory;
  for (std::size_t size = 0; size <= 40; ++size) {
    memory.fill('#');
    sidecar::head_buffer out(memory);
    out.put(letters.substr(0, size));
    out.field(letters.substr(1, size), letters.substr(2, size));
    EXPECT_EQ(out.text(), letters.substr(0, size) + letters.substr(1, size) + ": " +
                              letters.substr(2, size) + "\r\n");
    EXPECT_EQ(memory[out.text().size()], '#');
  }
  sidecar::head_buffer numbers(memory);
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10},
                                std::uint64_t{1234567890}, ~std::uint64_t{0}}) {
    numbers.put_number(n);
    numbers.put(" ");
  }
  EXPECT_EQ(numbers.text(), "0 9 10 1234567890 18446744073709551615 ");
}

TEST(head_buffer, writes_no_part_of_what_does_not_fit) {
  std::array<char, 10> memory;
  memory.fill('#');
  sidecar::head_buffer out(memory);
  out.field("name", "val");
  EXPECT_TRUE(out.overflown());
  EXPECT_EQ(out.text(), "");
  EXPECT_EQ(memory[0], '#');
  sidecar::head_buffer fits(memory);
  fits.field("name", "va");
  EXPECT_FALSE(fits.overflown());
  EXPECT_EQ(fits.text(), "name: va\r\n");
  EXPECT_EQ(fits.left(), 0u);
}

}  // namespace
