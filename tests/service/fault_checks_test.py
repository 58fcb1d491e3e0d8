#!/usr/bin/env python3
"""What the fault test must notice, it notices: each kind of damage to a small, honest record."""

import unittest
from types import SimpleNamespace
from typing import Any

from client import isin
from fault_checks import check_account, check_batch, check_dead, check_put_scores, check_rows
from fault_clients import Reader, Wrong
from fault_journal import SCORES, TOPIC, Journal, Puts, Sent, World

SECURITY, OTHER = "US0378331005", "DE0007164600"
RECORD, POISONED = "transaction-of-a-record", "transaction-of-poison"
Rows = dict[str, tuple[str, Any]]
WORLD = World({SECURITY: ("Apple Inc.", "US", "IT", "USD"), OTHER: ("SAP", "DE", "IT", "EUR")},
              {SECURITY: 10.5, OTHER: 20.0})


class Account(unittest.TestCase):
    """The journal of one stored record and one dead letter."""

    def setUp(self) -> None:
        self.journal = Journal(WORLD, longest=6)
        self.record = Sent("one", TOPIC, {"tag": "one", "list": [1, None]}, key="k")
        poison = Sent("two", SCORES, {"isin": isin("XS", 1), "value": 50}, poison=True)
        for message, transaction in ((self.record, RECORD), (poison, POISONED)):
            self.journal.will_send(message)
            self.journal.was_accepted(message, transaction, replayed=False)
        self.rows: Rows = {RECORD: (TOPIC, {"list": [1, None], "tag": "one"})}

    def assert_found(self, what: str) -> None:
        self.assertEqual(len(self.journal.violations), 1, self.journal.violations)
        self.assertRegex(self.journal.violations[0], what)

    def test_nothing_is_found_where_nothing_is_wrong(self) -> None:
        check_rows(self.journal, self.rows)
        check_dead(self.journal, [POISONED], set(self.rows))
        self.assertEqual(self.journal.violations, [])

    def test_a_lost_message(self) -> None:
        check_rows(self.journal, {})
        self.assert_found("is not stored")

    def test_a_message_that_is_stored_twice(self) -> None:
        self.journal.ids.clear()
        check_rows(self.journal, self.rows | {"another": self.rows[RECORD]})
        self.assertIn("message one is stored 2 times", self.journal.violations)

    def test_a_message_that_is_stored_under_another_transaction(self) -> None:
        self.journal.accepted.pop(RECORD)
        check_rows(self.journal, {"another": self.rows[RECORD]})
        self.assert_found("was accepted as transaction-of-a-record and stored as another")

    def test_a_message_that_nobody_sent(self) -> None:
        check_rows(self.journal, self.rows | {"another": (TOPIC, {"tag": "one"})})
        self.assert_found("never sent")

    def test_messages_that_changed_places(self) -> None:
        second = Sent("three", TOPIC, {"tag": "three"})
        self.journal.will_send(second)
        self.journal.was_accepted(second, "third", replayed=False)
        check_rows(self.journal, {RECORD: (TOPIC, {"tag": "three"}), "third": self.rows[RECORD]})
        self.assertEqual(sum("of another" in text for text in self.journal.violations), 2)

    def test_a_good_message_among_the_dead_letters(self) -> None:
        check_dead(self.journal, [POISONED, RECORD], set())
        self.assertTrue(any("without a fault" in text for text in self.journal.violations))

    def test_poison_that_is_stored_or_gone_or_dead_twice(self) -> None:
        check_dead(self.journal, [POISONED], {POISONED})
        self.assert_found("stored and a dead letter")
        self.journal.violations.clear()
        check_dead(self.journal, [], set())
        self.assert_found("is no dead letter")
        self.journal.violations.clear()
        check_dead(self.journal, [POISONED, POISONED], set())
        self.assert_found("is 2 dead letters")

    def test_one_key_with_two_transactions(self) -> None:
        self.journal.was_accepted(self.record, RECORD, replayed=True)
        self.assertEqual(self.journal.violations, [])
        self.journal.was_accepted(self.record, "another", replayed=True)
        self.assert_found("has two transactions")

    def test_one_transaction_of_two_messages(self) -> None:
        self.journal.was_accepted(Sent("three", TOPIC, {}), RECORD, replayed=False)
        self.assert_found("is of two messages")

    def test_an_account_that_does_not_balance(self) -> None:
        counted = {"stored": 1, "dead": 1, "pending": 0}
        told = {"accepted": 2, "stored": 1, "pending": 0, "dead_lettered": 1}
        check_account(telling(told), self.journal, counted, settling=0)
        self.assertEqual(self.journal.violations, [])
        for state in told:
            check_account(telling(told | {state: 5}), self.journal, counted, settling=0)
            self.assert_found("does not balance")
            self.journal.violations.clear()


class Scores(unittest.TestCase):
    def setUp(self) -> None:
        self.journal = Journal(WORLD, longest=6)
        stack = SimpleNamespace(base="http://nowhere", token="")
        self.reader = Reader(SimpleNamespace(journal=self.journal, stack=stack), "reader-0", 0)
        score = {"value": 10.5, "scale": "0-100", "as_of": "2026-01-01T00:00:00Z",
                 "illustrative": True}
        self.document = {"isin": SECURITY, "name": "Apple Inc.", "country": "US", "sector": "IT",
                         "currency": "USD", "score": score}

    def changed(self, **members: Any) -> dict:
        return self.document | {"score": self.document["score"] | members}

    def test_a_reader_takes_what_is_true_and_nothing_else(self) -> None:
        self.journal.written[SECURITY].add(77.25)
        self.reader.check_security(SECURITY, self.document)
        self.reader.check_security(SECURITY, self.changed(value=77.25, illustrative=False))
        for wrong in (self.changed(value=77.26, illustrative=False),
                      self.changed(illustrative=False), self.changed(value=77.25),
                      self.changed(scale="0-10"), self.changed(more=1),
                      self.document | {"score": None}, self.document | {"name": "Apple"},
                      self.document | {"isin": OTHER}, self.document | {"more": 1}):
            with self.assertRaises(Wrong, msg=wrong):
                self.reader.check_security(SECURITY, wrong)

    def test_an_acknowledged_score_that_is_lost(self) -> None:
        self.journal.puts[SECURITY] = Puts(acknowledged=33.0, uncertain={44.0})
        for good in ("33.00", "44.00"):
            check_put_scores(self.journal, {SECURITY: good})
        self.assertEqual(self.journal.violations, [])
        check_put_scores(self.journal, {SECURITY: "10.50"})
        self.assertEqual(len(self.journal.violations), 1)

    def test_half_a_batch(self) -> None:
        self.journal.batch, self.journal.batches = [SECURITY, OTHER], Puts(acknowledged=33.0)
        check_batch(SimpleNamespace(sql=lambda _: [("33.00",)]), self.journal)
        self.assertEqual(self.journal.violations, [])
        check_batch(SimpleNamespace(sql=lambda _: [("33.00",), ("32.00",)]), self.journal)
        self.assertEqual(len(self.journal.violations), 1)

    def test_an_excuse_is_only_the_api_itself_being_down(self) -> None:
        self.journal.begin_outage("postgres")
        outage = self.journal.begin_outage("securities")
        outage.begin, outage.end = 10.0, 20.0
        for begin, end, excused in ((1, 9, False), (1, 10, True), (12, 13, True), (19, 30, True),
                                    (21, 30, False)):
            self.assertEqual(self.journal.api_was_down(begin, end), excused, (begin, end))


def telling(states: dict[str, float]) -> Any:
    text = "".join(f'remora_messages{{state="{s}"}} {value}\n' for s, value in states.items())
    return SimpleNamespace(metrics=lambda _: text)


if __name__ == "__main__":
    unittest.main()
