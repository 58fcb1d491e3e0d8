#include "core/dns_message.hpp"
#include "core/dns_names.hpp"
#include "core/srv_answer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

/// Written as people read it, and not as anything else: names are absolute, and what is said of a
/// name, a class or a type reads back as the number it came from.
void check(const core::dns_record& record) {
  require(is_printable(record.name) && !record.name.empty() && record.name.back() == '.');
  require(is_printable(record.data));
  require(core::dns_type_of(core::dns_type_name(record.type)) == record.type);
  require(core::dns_class_of(core::dns_class_name(record.cls)) == record.cls);
  const std::string text = record.text();
  require(std::count(text.begin(), text.end(), '\t') == 4);
}

std::size_t records_of(const core::dns_message& m) {
  return m.answers.size() + m.authority.size() + m.additional.size();
}

}  // namespace

/// Whatever a server says, the message is read as a whole or not at all, bytes behind it change
/// nothing, and the narrower reader of SRV answers finds no more in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = core::parse_dns_message({data, size});
  const auto services = core::parse_srv_answer({data, size});
  if (!message) return 0;
  require(size >= 12 && records_of(*message) * 11 + message->questions.size() * 5 + 12 <= size);
  require(core::dns_rcode_of(core::dns_rcode_name(message->rcode())) == message->rcode());
  for (const auto* section : {&message->answers, &message->authority, &message->additional})
    for (const auto& record : *section) check(record);

  std::size_t records = 0;
  for (const auto& record : message->answers) records += record.type == core::dns_srv;
  require(!services || services->records.size() <= records);

  std::vector<std::uint8_t> longer(data, data + size);
  longer.push_back(0xff);
  const auto again = core::parse_dns_message(longer);
  require(again && again->answers == message->answers && again->additional == message->additional &&
          again->questions == message->questions);
  return 0;
}
