#include "core/spool.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fstream>
#include <iterator>

#include "core/exposition.hpp"
#include "core/log.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint64_t noon = 1'700'000'000'000;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

class spool : public ::testing::Test {
 public:
  spool() {
    config.directory = root / "spool";
    config.size.bytes = 1024 * 1024;
  }
  core::spool& open(std::uint64_t at = noon) {
    disk.reset();
    disk = std::make_unique<core::spool>(config, at, log);
    return *disk;
  }
  bool append(const std::string& body, std::uint64_t at = noon) {
    return disk->append({body, 1}, at);
  }
  /// Bodies in the order they are lent, each acknowledged.
  std::vector<std::string> drain(std::size_t most = 1000, std::uint64_t at = noon) {
    std::vector<std::string> out;
    while (out.size() < most) {
      const auto lent = disk->lend(1, at);
      if (!lent) break;
      out.push_back(lent->body);
      disk->acknowledge();
    }
    return out;
  }
  std::vector<fs::path> segments() const {
    std::vector<fs::path> out;
    for (const auto& e : fs::directory_iterator(config.directory))
      if (e.path().filename().string().starts_with("spans-")) out.push_back(e.path());
    std::sort(out.begin(), out.end());
    return out;
  }
  std::string metrics() const {
    core::exposition_writer out(core::exposition_format::text);
    disk->write_metrics(out);
    return std::move(out).finish();
  }

  core::logger log{"test", core::log_level::error};
  tests::temporary_directory root;
  core::spool_config config;
  std::unique_ptr<core::spool> disk;
};

TEST_F(spool, what_was_appended_is_lent_oldest_first) {
  open();
  EXPECT_TRUE(disk->empty());
  EXPECT_FALSE(disk->lend(10, noon));
  for (const char* body : {"a", "b", "c"}) ASSERT_TRUE(append(body));
  EXPECT_EQ(drain(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(disk->empty());
  EXPECT_TRUE(segments().empty()) << "nothing is left on disk";
}

TEST_F(spool, whole_batches_are_lent_together_up_to_a_number_of_spans) {
  open();
  for (const char* body : {"a", "b", "c"}) disk->append({body, 4}, noon);
  auto lent = disk->lend(8, noon);
  EXPECT_EQ(lent->body, "ab");
  EXPECT_EQ(lent->spans, 8u);
  disk->acknowledge();
  EXPECT_EQ(disk->lend(1, noon)->body, "c") << "one comes in any case";
}

TEST_F(spool, what_is_given_back_is_lent_again) {
  open();
  append("a");
  append("b");
  EXPECT_EQ(disk->lend(1, noon)->body, "a");
  disk->give_back();
  EXPECT_EQ(drain(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(spool, appending_while_something_is_lent_disturbs_nothing) {
  open();
  append("a");
  EXPECT_EQ(disk->lend(1, noon)->body, "a");
  append("b");
  disk->acknowledge();
  EXPECT_EQ(drain(), std::vector<std::string>{"b"});
}

TEST_F(spool, a_new_process_finds_what_was_not_acknowledged) {
  open();
  for (const char* body : {"a", "b", "c"}) append(body);
  EXPECT_EQ(drain(1), std::vector<std::string>{"a"});
  disk->lend(1, noon);  // b is on its way when the process ends
  open();
  EXPECT_EQ(disk->recovered(), 2u);
  append("d");
  EXPECT_EQ(drain(), (std::vector<std::string>{"b", "c", "d"}));
  EXPECT_EQ(open().recovered(), 0u);
}

TEST_F(spool, a_torn_tail_is_cut_off_at_every_byte) {
  open();
  append("first");
  append("second");
  const auto file = segments().at(0);
  const auto whole = read(file);
  disk.reset();
  const std::size_t one = 8 + 20 + 5;
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    write(file, whole.substr(0, n));
    open();
    const std::uint64_t spans = n == whole.size() ? 2 : n >= one ? 1 : 0;
    EXPECT_EQ(disk->recovered(), spans) << n;
    const std::size_t kept = spans == 2 ? whole.size() : spans == 1 ? one : n < 8 ? 0 : 8;
    EXPECT_NE(metrics().find("remora_spool_damaged_bytes_total " + std::to_string(n - kept) + "\n"),
              std::string::npos)
        << n << metrics();
    if (spans == 1) {
      EXPECT_EQ(fs::file_size(file), one) << n;
    }
  }
}

TEST_F(spool, a_flipped_bit_on_disk_costs_its_batch_and_is_counted_as_lost) {
  open();
  for (const char* body : {"aaaa", "bbbb", "cccc"}) append(body);
  const auto file = segments().at(0);
  auto text = read(file);
  text[text.find("bbbb")] ^= 4;
  write(file, text);
  EXPECT_EQ(drain(), (std::vector<std::string>{"aaaa", "cccc"}));
  EXPECT_EQ(disk->take_losses().damaged, 1u);
  EXPECT_TRUE(disk->empty());
}

TEST_F(spool, a_file_cut_short_behind_our_back_is_given_up) {
  open();
  append("aaaa");
  append("bbbb");
  write(segments().at(0), "");
  EXPECT_TRUE(drain().empty());
  EXPECT_EQ(disk->take_losses().damaged, 2u);
  append("c");
  EXPECT_EQ(drain(), std::vector<std::string>{"c"});
}

TEST_F(spool, the_size_is_a_bound_and_the_oldest_go_first) {
  open();
  const std::string body(10'000, 'x');
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(append(body + std::to_string(i)));
    std::uintmax_t used = 0;
    for (const auto& file : segments()) used += fs::file_size(file);
    ASSERT_LE(used, config.size.bytes);
  }
  const auto lost = disk->take_losses();
  const auto kept = drain();
  EXPECT_EQ(lost.full + kept.size(), 300u);
  EXPECT_GT(kept.size(), 90u) << "a segment at a time, not everything";
  EXPECT_EQ(kept.back(), body + "299");
  EXPECT_EQ(kept.front(), body + std::to_string(300 - kept.size()));
}

TEST_F(spool, what_is_lent_is_not_counted_as_lost_when_its_file_goes) {
  open();
  append("lent");
  ASSERT_TRUE(disk->lend(1, noon));
  const std::string body(60'000, 'x');
  for (int i = 0; i < 40; ++i) append(body);
  const auto lost = disk->take_losses().full;
  disk->acknowledge();
  EXPECT_EQ(lost + 1 + drain().size(), 41u);
  EXPECT_EQ(disk->take_losses().full, 0u);
}

TEST_F(spool, what_is_given_back_without_a_file_is_lost) {
  open();
  append("lent");
  ASSERT_TRUE(disk->lend(1, noon));
  disk->expire(noon + 25 * 3'600'000);
  EXPECT_EQ(disk->take_losses().expired, 0u);
  disk->give_back();
  EXPECT_EQ(disk->take_losses().full, 1u);
}

TEST_F(spool, a_batch_larger_than_the_spool_is_refused_and_nothing_is_lost_for_it) {
  open();
  append("a");
  EXPECT_FALSE(append(std::string(2 * 1024 * 1024, 'x')));
  EXPECT_EQ(drain(), std::vector<std::string>{"a"});
  EXPECT_NE(metrics().find("remora_spool_write_failures_total 1\n"), std::string::npos);
}

TEST_F(spool, what_is_too_old_is_dropped) {
  config.age = 1h;
  open();
  append("old", noon);
  EXPECT_EQ(drain(1000, noon + 3'600'001), std::vector<std::string>{});
  EXPECT_EQ(disk->take_losses().expired, 1u);
  append("older", noon);
  open(noon + 3'600'001);
  EXPECT_EQ(disk->recovered(), 1u);
  EXPECT_EQ(disk->take_losses().expired, 1u);
  EXPECT_TRUE(segments().empty());
}

TEST_F(spool, a_directory_belongs_to_one_process) {
  open();
  const pid_t child = fork();
  if (child == 0) {
    try {
      core::spool second(config, noon, log);
    } catch (const std::runtime_error& e) {
      _exit(std::string(e.what()).find("belongs to another process") != std::string::npos ? 7 : 8);
    }
    _exit(9);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  disk.reset();
  EXPECT_NO_THROW(open());
}

TEST_F(spool, a_directory_that_cannot_be_is_named) {
  write(root / "file", "");
  config.directory = root / "file";
  try {
    open();
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find((root / "file").string()), std::string::npos) << e.what();
  }
}

TEST_F(spool, nothing_is_lost_or_torn_when_the_process_is_killed_while_it_writes) {
  for (int round = 0; round < 5; ++round) {
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    const pid_t child = fork();
    if (child == 0) {
      core::spool mine(config, noon, log);
      const std::string body(5000, 'x');
      for (std::uint32_t i = 0;; ++i) {
        if (!mine.append({body + std::to_string(i), 1}, noon)) _exit(1);
        if (::write(pipes[1], &i, sizeof i) != sizeof i) _exit(1);
      }
    }
    close(pipes[1]);
    std::uint32_t last = 0;
    for (int i = 0; i < 40 + round; ++i) ASSERT_EQ(::read(pipes[0], &last, sizeof last), 4);
    kill(child, SIGKILL);
    while (::read(pipes[0], &last, sizeof last) == 4) {  // what it had said before it died
    }
    close(pipes[0]);
    waitpid(child, nullptr, 0);

    open();
    const auto found = disk->recovered() + disk->take_losses().full;
    const auto bodies = drain();
    ASSERT_FALSE(bodies.empty());
    const auto newest = std::stoul(bodies.back().substr(5000));
    EXPECT_TRUE(newest == last || newest == last + 1) << newest << " after " << last;
    EXPECT_GE(found, bodies.size());
    EXPECT_EQ(std::stoul(bodies.front().substr(5000)), newest + 1 - bodies.size()) << "a gap";
    disk.reset();
  }
}

TEST_F(spool, a_batch_acknowledged_before_a_kill_does_not_come_again) {
  const pid_t child = fork();
  if (child == 0) {
    core::spool mine(config, noon, log);
    for (const char* body : {"a", "b", "c"}) mine.append({body, 1}, noon);
    mine.lend(1, noon);
    mine.acknowledge();
    mine.lend(1, noon);
    raise(SIGKILL);
  }
  waitpid(child, nullptr, 0);
  open();
  EXPECT_EQ(drain(), (std::vector<std::string>{"b", "c"}));
}

TEST_F(spool, a_full_disk_is_counted_and_harms_nothing) {
  // A limit on the size of files is what a full disk looks like to one process.
  const pid_t child = fork();
  if (child == 0) {
    core::spool mine(config, noon, log);
    signal(SIGXFSZ, SIG_IGN);
    if (!mine.append({"kept", 1}, noon)) _exit(1);
    const rlimit small{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &small);
    if (mine.append({std::string(3000, 'x'), 1}, noon)) _exit(2);
    if (mine.append({std::string(9000, 'x'), 1}, noon)) _exit(3);
    if (!mine.append({"kept too", 1}, noon)) _exit(4);
    _exit(mine.lend(2, noon)->body == "keptkept too" ? 0 : 5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  open();
  EXPECT_EQ(disk->recovered(), 2u);
  EXPECT_NE(metrics().find("remora_spool_damaged_bytes_total 0\n"), std::string::npos);
}

TEST_F(spool, files_are_for_their_owner_alone) {
  open();
  append("a");
  EXPECT_EQ(fs::status(config.directory).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(segments().at(0)).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(spool, a_lost_cursor_repeats_and_loses_nothing) {
  open();
  append("a");
  append("b");
  drain(1);
  disk.reset();
  write(fs::path(config.directory) / "cursor", "garbage");
  open();
  EXPECT_EQ(drain(), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
