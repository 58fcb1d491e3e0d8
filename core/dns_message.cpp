#include "core/dns_message.hpp"

#include <algorithm>
#include <charconv>

#include "core/dns_names.hpp"
#include "core/dns_rdata.hpp"

namespace core {
namespace {

dns_question read_question(dns_reader& in) {
  dns_question out;
  out.name = in.name_text();
  out.type = in.u16();
  out.cls = in.u16();
  return out;
}

dns_record read_record(dns_reader& in) {
  dns_record out;
  out.name = in.name_text();
  out.type = in.u16();
  out.cls = in.u16();
  out.ttl = in.u32();
  const std::size_t length = in.u16();
  out.data = dns_rdata_text(in, out.type, length);
  return out;
}

void read_section(dns_reader& in, std::size_t count, std::vector<dns_record>& into) {
  for (std::size_t i = 0; i < count && in.good(); ++i) into.push_back(read_record(in));
}

}  // namespace

std::string dns_record::text() const {
  return name + '\t' + std::to_string(ttl) + '\t' + dns_class_name(cls) + '\t' +
         dns_type_name(type) + '\t' + data;
}

std::optional<std::uint32_t> dns_message::serial() const {
  const auto soa = std::find_if(answers.begin(), answers.end(),
                                [](const dns_record& r) { return r.type == dns_soa; });
  if (soa == answers.end()) return std::nullopt;
  // A blank inside of a name is escaped, so the blanks that are not are those between the words.
  std::string_view rest = soa->data;
  for (int words = 0; words < 2;) {
    const auto blank = rest.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    if (blank == 0 || rest[blank - 1] != '\\') ++words;
    rest.remove_prefix(blank + 1);
  }
  std::uint32_t serial = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), serial);
  return serial;
}

result<dns_message> parse_dns_message(std::span<const std::uint8_t> bytes) {
  dns_reader in(bytes);
  dns_message out;
  out.id = in.u16();
  out.flags = in.u16();
  const std::size_t questions = in.u16(), answers = in.u16(), authority = in.u16(),
                    additional = in.u16();
  for (std::size_t i = 0; i < questions && in.good(); ++i)
    out.questions.push_back(read_question(in));
  read_section(in, answers, out.answers);
  read_section(in, authority, out.authority);
  read_section(in, additional, out.additional);
  if (!in.good()) return errc::malformed;
  return out;
}

}  // namespace core
