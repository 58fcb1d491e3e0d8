#include "probe/format/tcp_dialog.hpp"

#include <algorithm>
#include <set>

#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_turn(const dialog_turn& t, const node& from, reading& r) {
  if (!t.expect && !t.until && !t.send && !t.starttls)
    r.found.add(from.at, "nothing happens in this turn", "expect, until, send or starttls");
  if (t.expect && t.until)
    r.found.add(place_of(from, "until"), "both expect and until", "one of them");
  if (t.reject && !t.expect)
    r.found.add(place_of(from, "reject"), "reject without expect", "the line that is waited for");
}

/// The groups that a `send` may refer to, turn by turn.
class known_groups {
 public:
  void learn(const pattern& from) {
    for (const auto& name : numbers_) known_.erase(name);
    numbers_.clear();
    for (std::size_t i = 0; i <= from.group_count(); ++i) numbers_.insert(std::to_string(i));
    known_.insert(numbers_.begin(), numbers_.end());
    known_.insert(from.group_names().begin(), from.group_names().end());
  }
  void check(const template_text& text, reading& r) const {
    for (const auto* reference : text.references())
      if (reference->kind == reference_kind::match && !known_.contains(reference->name))
        r.found.add(text.where().at(), "nothing before matches a group \"" + reference->name + "\"",
                    "a group of an earlier expect or until");
  }

 private:
  std::set<std::string> known_, numbers_;
};

void check_dialog(const tcp_dialog& d, const node& from, reading& r) {
  d.reach::check(from, r);
  bool secured = d.secure;
  known_groups groups;
  for (const auto& turn : d.dialog) {
    if (turn.expect) groups.learn(*turn.expect);
    if (turn.until) groups.learn(*turn.until);
    if (turn.send) groups.check(*turn.send, r);
    if (!turn.starttls) continue;
    if (secured)
      r.found.add(place_of(from, "dialog"), "starttls where TLS is spoken already",
                  "one starttls, and secure: false");
    secured = true;
  }
  if (d.tls && !secured)
    r.found.add(place_of(from, "tls"), "tls without secure or starttls",
                "secure: true, or a turn with starttls: true");
}

}  // namespace

void dialog_turn::describe(core::fields<dialog_turn>& f) {
  f.optional("expect", &dialog_turn::expect,
             "A regular expression found in a line; lines before it are passed over.");
  f.optional("until", &dialog_turn::until,
             "A regular expression found in all that has come since the last match, for protocols "
             "without lines.");
  f.optional("reject", &dialog_turn::reject,
             "A regular expression found in a line that fails the step at once.");
  f.optional("send", &dialog_turn::send,
             "Text to send as it is: \"EHLO ${match.1}\\r\\n\" in quotes has its line end.");
  f.optional("starttls", &dialog_turn::starttls, "Begin TLS after this turn.");
  f.check(check_turn);
}

void tcp_dialog::describe(core::fields<tcp_dialog>& f) {
  f.required("address", &tcp_dialog::address, "host:port to connect to.");
  f.optional("dialog", &tcp_dialog::dialog,
             "What is waited for and said, in turns; without it the connection is all.");
  f.optional("secure", &tcp_dialog::secure, "TLS from the start.");
  reach::describe_in(f);
  f.optional("tls", &tcp_dialog::tls, "How TLS is spoken, instead of what the configuration says.");
  f.check(check_dialog);
}

void tcp_dialog::collect(text_list& into) const {
  into.push_back(&address);
  for (const auto& turn : dialog)
    if (turn.send) into.push_back(&*turn.send);
}

bool tcp_dialog::says(const template_text& text) const noexcept {
  return std::any_of(dialog.begin(), dialog.end(),
                     [&](const dialog_turn& turn) { return turn.send && &*turn.send == &text; });
}

}  // namespace probe
