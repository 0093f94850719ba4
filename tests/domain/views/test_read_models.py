"""What people look at: the shapes that callers rely on, and notices, each once."""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from domain.catalog.customer import Address
from domain.catalog.policy import Policy
from domain.catalog.seller import Seller
from domain.eligibility.subscription_rules import check_order
from domain.quoting.orders import new_subscription_id_for
from domain.subscriptions.subscription import SubscriptionState
from domain.upgrade.commands import BeginUndo
from domain.upgrade.events import BillingSwitched, InvoiceIssued, UpgradeEvent
from domain.upgrade.evolve import evolve, fold
from domain.upgrade.states import NotPlaced, PlacedState
from domain.values.actions import action, retry_or_undo
from domain.values.rows import Row
from domain.views.attention import Attention
from domain.views.read_models import (
    Notice,
    invoice_of,
    subscription_row,
    upgrade_row,
    upgrade_view,
)
from domain.views.rows import rows_after
from tests.domain.builders import ADDRESS, NOW, a_subscription, a_tenant, facts
from tests.domain.scenario import lived, state_of
from tests.domain.upgrades import (
    AWAITING_CREDIT,
    AWAITING_INVOICE,
    BLOCKED,
    COMPLETE_MOVE,
    CONFLICT,
    DEADLINE,
    FAILED,
    FINISH_UNDO,
    HALF_MOVED,
    HISTORIES,
    INVOICE,
    LATE,
    MOVED,
    MOVED_30,
    MOVED_50,
    RETURNED_50,
    SCHEDULED,
    START_MOVE,
    SWITCH,
    UPGRADE_ID,
    WITH_TARGET,
    a_change,
    a_purchase,
    a_quote,
    decision,
    later,
    place,
    start_scheduled,
)

CONTRACT = {
    "upgrade_id", "workflow_id", "tenant_id", "subscription_id", "new_subscription_id",
    "target_plan_id", "stage", "deadline", "quote_id", "users", "refusals", "placed_at",
    "completed_at", "invoice_number", "timeline",
}  # fmt: skip


def rows_of(history: Sequence[UpgradeEvent], table: str) -> list[Row]:
    """All rows that a history adds to a table."""
    rows: list[Row] = []
    state = fold([])
    for event in history:
        state = evolve(state, event)
        assert not isinstance(state, NotPlaced)
        rows += rows_after(event, state).get(table, [])
    return rows


def json_of(state: PlacedState) -> dict[str, Any]:
    return json.loads(upgrade_view(state).model_dump_json())


# ---- shapes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("history", list(HISTORIES.values())[1:], ids=list(HISTORIES)[1:])
def test_an_upgrade_has_the_fields_that_were_promised(history: list[UpgradeEvent]) -> None:
    view = json_of(state_of(history))
    assert view.keys() >= CONTRACT
    assert view["users"].keys() >= {"total", "moved", "failed", "remaining"}
    assert all(mark.keys() == {"stage", "at"} for mark in view["timeline"])
    for moment in (view["placed_at"], view["deadline"], view["completed_at"]):
        assert moment is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
    assert view["workflow_id"] == f"plan-upgrade-{view['upgrade_id']}"
    assert view["version"] == len(history)


def test_users_are_counted_while_they_move() -> None:
    assert json_of(state_of(HALF_MOVED))["users"] == {
        "total": 80,
        "moved": 50,
        "failed": 0,
        "remaining": 30,
        "skipped": 0,
        "per_second": 50,  # 50 in the first second: the other 30 take 0.6 more
        "estimated_end": "2026-06-25T18:00:02Z",
    }  # B48
    stuck = json_of(state_of(FAILED))["users"]
    assert (stuck["total"], stuck["moved"], stuck["failed"], stuck["remaining"]) == (80, 78, 2, 0)
    over = json_of(state_of(MOVED))["users"]
    assert (over["moved"], over["per_second"], over["estimated_end"]) == (80, None, None)


def test_a_deadline_is_whatever_is_waited_for() -> None:
    assert upgrade_view(state_of(AWAITING_CREDIT)).deadline == DEADLINE
    assert upgrade_view(state_of(SCHEDULED)).deadline == state_of(SCHEDULED).starts_at
    due_at = state_of(AWAITING_INVOICE).switch.invoice_due_at
    assert upgrade_view(state_of(AWAITING_INVOICE)).deadline == due_at
    parked = HISTORIES["NeedsAttention AwaitingInvoice"]
    assert upgrade_view(state_of(parked)).deadline == due_at
    for name in ("ReadyToMove", "Moving", "Moved", "Invoiced", "Canceled"):
        assert upgrade_view(state_of(HISTORIES[name])).deadline is None


def test_it_is_complete_from_the_switch_on() -> None:
    for name, history in list(HISTORIES.items())[1:]:
        complete = "Invoice" in name or name == "Completed"
        view = upgrade_view(state_of(history))
        assert view.completed_at == (SWITCH.at if complete else None), name
        assert view.invoice_number == ("INV-00000001" if name == "Invoiced" else None)


def test_a_view_says_why() -> None:
    def view(name: str) -> dict[str, Any]:
        return json_of(state_of(HISTORIES[name]))

    assert view("Canceled")["reason"] == "changed our minds"
    assert view("Undoing undone")["reason"] == "more users than licenses"
    assert view("Undoing undone")["undoing"] is True
    assert view("Declined")["reason"] == "checked"
    attention = view("NeedsAttention Moved")["attention"]
    assert (attention["step"], attention["cause"]) == ("switch-billing", "a bug")
    assert [way["action"] for way in attention["next_actions"]] == ["retry", "undo"]
    switched = view("NeedsAttention AwaitingInvoice")["attention"]
    assert [way["action"] for way in switched["next_actions"]] == ["retry"], "B58: only forward"
    refusals = view("Refused")["refusals"]
    assert [refusal["code"] for refusal in refusals] == ["subscription_not_active"]
    assert refusals[0].keys() == {"code", "temporary", "message", "evidence", "remedy"}
    assert refusals[0]["message"].keys() == {"en", "zh-TW"}
    assert refusals[0]["remedy"].keys() == {"action", "text", "retry_after"}


def test_an_invoice_has_the_fields_that_were_promised() -> None:
    invoiced = state_of(HISTORIES["Invoiced"])
    invoice = json.loads(invoice_of(invoiced).model_dump_json())
    assert invoice.keys() >= {
        "number", "upgrade_id", "tenant_id", "issued_on", "currency", "lines", "total",
        "account_credit",
    }  # fmt: skip
    assert (invoice["number"], invoice["upgrade_id"]) == ("INV-00000001", UPGRADE_ID)
    assert (invoice["total"], invoice["account_credit"]) == ("790.00", "0.00")
    assert [line["kind"] for line in invoice["lines"]] == ["charge", "credit"]
    assert invoice["lines"][0].keys() == {"kind", "description", "amount", "explanation"}
    switch = next(e for e in HISTORIES["Invoiced"] if isinstance(e, BillingSwitched))
    assert invoice_of(invoiced).lines == switch.pricing.lines  # B26


def test_an_invoice_shows_who_sells_to_whom_as_pinned_when_it_was_ordered() -> None:
    seller = Seller(name="Wide World Cloud Ltd", country="IE", tax_id="IE1234567T")
    sold_to = Address(name="Contoso GmbH", city="Berlin", country="DE", tax_id="DE123456788")
    of = facts(policy=Policy(seller=seller), tenant=a_tenant(language="zh-TW"))
    quote = a_quote(of, sold_to=sold_to, payment_method="bank_transfer")
    ordered = lived([], place(of, quote), START_MOVE, COMPLETE_MOVE, SWITCH, INVOICE)
    invoice = invoice_of(state_of(ordered))
    assert (invoice.seller, invoice.sold_to, invoice.billed_to) == (seller, sold_to, ADDRESS)
    assert (invoice.payment_method, invoice.language) == ("bank_transfer", "zh-TW")
    assert (invoice.subscription_id, invoice.plan_name) == ("contoso-basic", "Plan standard")
    assert invoice.new_subscription_id == new_subscription_id_for(UPGRADE_ID)
    assert invoice.switched_on == date(2026, 6, 25)
    assert invoice.issued_on == date(2026, 8, 4)
    assert invoice.due_on == date(2026, 9, 3)
    assert invoice.credit_reaches_account_by == date(2026, 8, 14)  # B56
    assert (str(invoice.credit_applied), str(invoice.forfeited)) == ("460.00", "0.00")


def test_only_a_switch_is_booked_and_only_an_invoice_invoiced() -> None:
    history = HISTORIES["Invoiced"]
    assert len(rows_of(history, "invoices")) == 1
    assert sum(row["amount_minor"] for row in rows_of(history, "ledger_entries")) == 0
    for name, other in list(HISTORIES.items())[1:]:
        # A move into what is there costs nothing, so nothing is booked (B61).
        switched = any(
            isinstance(event, BillingSwitched) and event.pricing.lines for event in other
        )
        invoiced = any(isinstance(event, InvoiceIssued) for event in other)
        assert bool(rows_of(other, "ledger_entries")) == switched, name
        assert bool(rows_of(other, "invoices")) == invoiced, name


def test_rows_are_plain_json() -> None:
    rows = [upgrade_row(state_of(history)) for history in list(HISTORIES.values())[1:]]
    rows.append(subscription_row(SubscriptionState(subscription=a_subscription(price="6.50"))))
    assert json.loads(json.dumps(rows)) == rows
    assert rows[-1]["price"] == "6.50"
    assert not {"assigned", "users_with_disabled_services"} & rows[-1].keys()


# ---- notices (B62) ----------------------------------------------------------------------------

WITH_SWITCHES = facts(subscription=a_subscription(users_with_disabled_services=12))


def completed(**quote: Any) -> list[UpgradeEvent]:
    order = place(WITH_SWITCHES, a_quote(WITH_SWITCHES, **quote))
    return lived([], order, START_MOVE, MOVED_50, MOVED_30, COMPLETE_MOVE, SWITCH)


REFUSED_ON_ITS_DAY = lived(
    SCHEDULED, start_scheduled(refusals=check_order(BLOCKED, "standard", NOW))
)
NOTICES: dict[str, tuple[list[UpgradeEvent], list[str]]] = {
    "credit check required": (AWAITING_CREDIT, ["credit_check_required"]),
    "declined": (HISTORIES["Declined"], ["credit_check_required", "credit_check_declined"]),
    "expired": (HISTORIES["Expired"], ["credit_check_required", "credit_check_expired"]),
    "complete": (AWAITING_INVOICE, ["upgrade_complete"]),
    "switches lost": (completed(), ["upgrade_complete", "switches_not_kept"]),
    "switches kept": (completed(keep_disabled_services=True), ["upgrade_complete"]),
    "invoiced": (HISTORIES["Invoiced"], ["upgrade_complete", "invoice_issued"]),
    "canceled": (HISTORIES["Canceled"], ["upgrade_canceled"]),
    "undone": (HISTORIES["Undone"], ["upgrade_undone"]),
    "refused on its day": (REFUSED_ON_ITS_DAY, ["upgrade_refused"]),
    "refused at once: that is the answer": (HISTORIES["Refused"], []),
    "refused at once, for a later day": (
        lived([], place(BLOCKED, a_quote(switch_on="2026-07-06"), schedule="2026-07-06")),
        [],
    ),
    "past the hour": (lived(HALF_MOVED, LATE), ["upgrade_delayed"]),
    "past the hour while parked": (
        lived(HISTORIES["NeedsAttention Moved"], LATE),
        ["upgrade_delayed"],
    ),
    "past the hour on the way back: nobody waits for it": (
        lived(HISTORIES["Undoing canceled"], LATE),
        [],
    ),
    "more users than licenses": (
        lived(HALF_MOVED, CONFLICT, RETURNED_50, FINISH_UNDO),
        ["license_conflict", "upgrade_undone"],
    ),
    "operators are reminded, not customers": (
        lived(AWAITING_CREDIT, LATE),
        ["credit_check_required"],
    ),
    "nothing to tell": (HALF_MOVED, []),
}


@pytest.mark.parametrize(("history", "kinds"), NOTICES.values(), ids=NOTICES.keys())
def test_who_is_told_what(history: list[UpgradeEvent], kinds: list[str]) -> None:
    """B38, B62."""
    rows = rows_of(history, "notices")
    assert [row["kind"] for row in rows] == kinds
    for row in rows:
        notice = Notice.model_validate(row)
        assert row.keys() == {"notice_id", "tenant_id", "kind", "upgrade_id", "created_at", "text"}
        assert notice.notice_id == f"{UPGRADE_ID}-{notice.kind}"
        assert "Plan standard" in notice.text.en
        assert "Plan standard" in notice.text.in_language("zh-TW")


@pytest.mark.parametrize("history", list(HISTORIES.values())[1:], ids=list(HISTORIES)[1:])
def test_no_kind_is_told_twice(history: list[UpgradeEvent]) -> None:
    ids = [row["notice_id"] for row in rows_of(history, "notices")]
    assert len(ids) == len(set(ids))


def test_notices_tell_the_numbers() -> None:
    def text_of(history: Sequence[UpgradeEvent], kind: str) -> str:
        return next(row["text"]["en"] for row in rows_of(history, "notices") if row["kind"] == kind)

    assert "June 29, 2026, 9:00 AM (Pacific Daylight Time)" in text_of(
        AWAITING_CREDIT, "credit_check_required"
    )
    assert "R-1" in text_of(lived(AWAITING_CREDIT, decision("declined")), "credit_check_declined")
    assert "80 users were moved" in text_of(completed(), "upgrade_complete")
    assert "12" in text_of(completed(), "switches_not_kept")
    invoiced = text_of(HISTORIES["Invoiced"], "invoice_issued")
    assert "INV-00000001" in invoiced
    assert "$790.00" in invoiced
    assert "Your card is charged on August 4, 2026." in invoiced
    canceled = text_of(HISTORIES["Canceled"], "upgrade_canceled")
    assert "canceled: “changed our minds”." in canceled
    assert "suspended" in text_of(REFUSED_ON_ITS_DAY, "upgrade_refused")


def changed(**asked: Any) -> list[UpgradeEvent]:
    """A change by hand of fifty users, up to the switch."""
    return lived(
        [],
        place(WITH_TARGET, a_quote(WITH_TARGET, **asked)),
        START_MOVE.model_copy(update={"users": 50}),
        MOVED_50.model_copy(update={"remaining": 0}),
        COMPLETE_MOVE,
        SWITCH,
    )


@pytest.mark.parametrize(
    ("history", "english", "chinese"),
    [
        (
            AWAITING_INVOICE,
            "Your old subscription contoso-basic is canceled; the invoice will be issued on July 15,"
            " 2026.",
            "舊訂閱 contoso-basic 已取消；發票將於2026年7月15日開立。",
        ),
        (
            changed(**a_purchase(old="reduced", licenses_kept=50)),
            "contoso-basic gave up 50 licenses; the invoice will be issued on July 15, 2026.",
            "contoso-basic 已放棄 50 個授權；發票將於2026年7月15日開立。",
        ),
        (changed(**a_change()), "contoso-basic stays as it is.", "contoso-basic 維持不變。"),
    ],
    ids=["an upgrade", "a purchase by hand", "a move by hand, for which no invoice follows"],
)
def test_who_is_done_is_told_what_ended_and_when_the_invoice_comes(
    history: list[UpgradeEvent], english: str, chinese: str
) -> None:
    (text,) = (
        row["text"] for row in rows_of(history, "notices") if row["kind"] == "upgrade_complete"
    )
    assert text["en"].endswith(f" moved. {english}")
    assert text["zh-TW"].endswith(f" 位使用者。{chinese}")


def test_an_undo_names_the_upgrade_and_keeps_our_reasons_to_ourselves() -> None:
    undone = lived(HISTORIES["Undone"], BeginUndo(at=later(days=1), reason="again"))
    (row,) = rows_of(undone, "notices")
    assert UPGRADE_ID in row["text"]["en"]
    assert "more users than licenses" not in row["text"]["en"]


def test_a_view_that_older_code_stored_has_its_commands_as_actions() -> None:
    commands = [
        "starter.py retry up-1",
        'starter.py undo up-1 --reason "WHY"',
        'starter.py skip up-1 --all-failed --reason "WHY"',
    ]
    stored = {"step": "move-users", "cause": "a bug", "continue_with": commands}
    read = Attention.of_any_version(stored)
    assert read.next_actions == (
        *retry_or_undo("up-1"),
        action("skip_failed_users", upgrade_id="up-1"),
    )
    assert Attention.of_any_version(read.model_dump(mode="json")) == read
