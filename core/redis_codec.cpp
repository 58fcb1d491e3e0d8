#include "core/redis_codec.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <new>

namespace core {
namespace {

redis_reply to_value(const redisReply& from) {
  redis_reply to;
  switch (from.type) {
    case REDIS_REPLY_STATUS: to.kind = redis_kind::status; break;
    case REDIS_REPLY_ERROR: to.kind = redis_kind::error; break;
    case REDIS_REPLY_STRING: to.kind = redis_kind::string; break;
    case REDIS_REPLY_INTEGER:
      to.kind = redis_kind::integer;
      to.integer = from.integer;
      return to;
    case REDIS_REPLY_ARRAY:
      to.kind = redis_kind::array;
      to.items.reserve(from.elements);
      for (std::size_t i = 0; i < from.elements; ++i)
        to.items.push_back(to_value(*from.element[i]));
      return to;
    default: return to;
  }
  to.text.assign(from.str, from.len);
  return to;
}

redisReader* reader_of(void* p) noexcept {
  return static_cast<redisReader*>(p);
}

}  // namespace

void append_command(std::string& out, const redis_command& command) {
  const std::vector<std::string_view> words(command.begin(), command.end());
  append_command(out, words);
}

void append_command(std::string& out, std::span<const std::string_view> words) {
  constexpr std::size_t few = 32;
  std::array<const char*, few> few_texts;
  std::array<std::size_t, few> few_sizes;
  std::vector<const char*> many_texts(words.size() > few ? words.size() : 0);
  std::vector<std::size_t> many_sizes(many_texts.size());
  const char** texts = many_texts.empty() ? few_texts.data() : many_texts.data();
  std::size_t* sizes = many_sizes.empty() ? few_sizes.data() : many_sizes.data();
  for (std::size_t i = 0; i < words.size(); ++i) {
    texts[i] = words[i].data();
    sizes[i] = words[i].size();
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), texts, sizes);
  if (size < 0) throw std::bad_alloc();
  const std::unique_ptr<char, decltype(&redisFreeCommand)> owner(formatted, redisFreeCommand);
  out.append(formatted, static_cast<std::size_t>(size));
}

redis_decoder::redis_decoder() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
}

redis_decoder::~redis_decoder() = default;

void redis_decoder::reader_deleter::operator()(void* reader) const noexcept {
  redisReaderFree(reader_of(reader));
}

void redis_decoder::feed(std::string_view bytes) {
  redisReaderFeed(reader_of(reader_.get()), bytes.data(), bytes.size());
}

boost::system::result<std::optional<redis_reply>> redis_decoder::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(reader_of(reader_.get()), &reply) != REDIS_OK) return errc::malformed;
  if (!reply) return std::optional<redis_reply>();
  const std::unique_ptr<void, decltype(&freeReplyObject)> owner(reply, freeReplyObject);
  return std::optional(to_value(*static_cast<const redisReply*>(reply)));
}

std::string_view redis_error_prefix(const redis_reply& reply) noexcept {
  return reply.is_error() ? std::string_view(reply.text).substr(0, reply.text.find(' '))
                          : std::string_view();
}

}  // namespace core
