"""A change by hand that waits is counted again: at its order, before anybody moves, and at the switch (B60)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.catalog.customer import Subscription
from domain.quoting.meanwhile import beyond_the_maximum, no_room, request_again, stops_the_move
from domain.quoting.quote import Quote
from domain.quoting.request import Going
from domain.subscriptions.subscription import consequences
from domain.upgrade.commands import RecordMovedUsers, StartMove, SwitchBilling
from domain.upgrade.events import (
    BillingSwitched,
    EligibilityConfirmed,
    LicensesGivenUp,
    OrderPlaced,
    UndoStarted,
    UpgradeRefused,
)
from domain.upgrade.states import Refused, Undoing
from domain.values import rejections
from domain.views.read_models import upgrade_view
from domain.views.rows import rows_after
from tests.domain.builders import BASIC, STANDARD, a_catalog, a_subscription, facts
from tests.domain.scenario import given, lived
from tests.domain.upgrades import (
    COMPLETE_MOVE,
    TARGET,
    WITH_TARGET,
    a_change,
    a_purchase,
    a_quote,
    later,
    place,
)

SOURCE = "contoso-basic"
ALL = Going(users=50)
"""Of the eighty users those fifty who were quoted."""
ONE_EACH = a_purchase(old="reduced", licenses_kept=50)
"""Fifty of a hundred licenses go: as many as users."""
NAMED = a_purchase(old="reduced", licenses_kept=40)
"""Forty are to stay, whatever goes: sixty were priced."""
NAMED_ONE_EACH = a_purchase(old="reduced", licenses_kept=50, kept_is_named=True)
"""Fifty are to stay, and that as many go as users is chance."""
CANCELED = a_purchase(80, listed=False, users=80, old="canceled")


def quoted(asked: dict[str, Any]) -> Quote:
    return a_quote(WITH_TARGET, **asked)


def old(**changes: Any) -> Subscription:
    return a_subscription(**changes)


def stopped(asked: dict[str, Any], going: Going = ALL, **subscription: Any) -> list[str]:
    found = stops_the_move(quoted(asked), old(**subscription), going, None)
    return [refusal.code for refusal in found]


@pytest.mark.parametrize(
    ("asked", "going", "subscription", "codes"),
    [
        (ONE_EACH, ALL, {}, []),
        (ONE_EACH, ALL, {"licenses": 140}, []),  # fifty of them go, ninety are kept
        (ONE_EACH, ALL, {"licenses": 80}, []),  # thirty are kept, for thirty who stay
        (ONE_EACH, ALL, {"licenses": 79}, ["licenses_do_not_fit"]),
        (ONE_EACH, ALL, {"licenses": 49}, ["licenses_do_not_fit"]),  # fewer than go
        (ONE_EACH, Going(users=49), {"assigned": 99}, []),  # fifty stay on fifty
        (ONE_EACH, Going(users=49), {"assigned": 100}, ["licenses_do_not_fit"]),
        (ONE_EACH, ALL, {"licenses": 50, "assigned": 50}, ["licenses_do_not_fit"]),  # nothing kept
        (NAMED, ALL, {}, []),
        (NAMED, ALL, {"licenses": 101}, ["licenses_changed"]),
        (NAMED, ALL, {"licenses": 99}, ["licenses_changed"]),
        (NAMED_ONE_EACH, ALL, {}, []),
        (NAMED_ONE_EACH, ALL, {"licenses": 140}, ["licenses_changed"]),
        (CANCELED, Going(users=80), {}, []),
        (CANCELED, Going(users=80), {"licenses": 140}, ["licenses_changed"]),
        (a_purchase(), ALL, {"licenses": 140}, []),
        (a_change(), Going(users=0), {}, ["nobody_to_move"]),
    ],
)
def test_what_no_longer_fits_stops_it(
    asked: dict[str, Any], going: Going, subscription: dict[str, Any], codes: list[str]
) -> None:
    assert stopped(asked, going, **subscription) == codes


def test_an_add_on_that_was_bought_meanwhile_does_not_end_unasked() -> None:
    everybody = Going(users=80)
    (refusal,) = stops_the_move(quoted(CANCELED), old(add_ons=("calling",)), everybody, None)
    assert refusal.code == "add_ons_changed"
    assert refusal.evidence == {
        "subscription_id": SOURCE, "add_ons": ["calling"], "quoted_add_ons": [],
    }  # fmt: skip
    assert request_again(quoted(CANCELED), old(add_ons=("calling",)), everybody) is None
    assert stopped(ONE_EACH, add_ons=("calling",)) == []


def test_what_can_be_done_about_add_ons_depends_on_where_users_go() -> None:
    bought, everybody = quoted(CANCELED), Going(users=80)
    assert bought.request.change is not None
    change = bought.request.change.model_copy(update={"add_ons": ("calling",)})
    request = bought.request.model_copy(update={"change": change})
    carrying = bought.model_copy(update={"request": request})
    (refusal,) = stops_the_move(carrying, old(), everybody, None)
    assert refusal.message.en == (
        "contoso-basic no longer has the add-ons that were to go along: calling."
    )
    assert refusal.remedy.text.en.startswith("Ask for a new quote without add-ons")
    (refusal,) = stops_the_move(bought, old(add_ons=("calling",)), everybody, None)
    assert "keeps its add-ons" in refusal.remedy.text.en
    moved = quoted(a_change(listed=False, users=80, old="canceled"))
    (refusal,) = stops_the_move(moved, old(add_ons=("calling",)), everybody, None)
    assert "keeps its add-ons" not in refusal.remedy.text.en, "there they cannot go along"
    assert "lets contoso-basic stay" in refusal.remedy.text.en


def test_nobody_can_be_listed_any_more_where_all_were_to_move() -> None:
    (refusal,) = stops_the_move(quoted(CANCELED), old(), Going(users=0), None)
    assert refusal.remedy.text.en.startswith("Cancel contoso-basic, or assign its licenses")
    (refusal,) = stops_the_move(quoted(a_change()), old(), Going(users=0), None)
    assert "with users who hold a license" in refusal.remedy.text.en


def test_the_numbers_are_told_and_the_new_quote() -> None:
    (refusal,) = stops_the_move(quoted(ONE_EACH), old(licenses=79), ALL, "q-2")
    assert refusal.evidence == {
        "subscription_id": SOURCE, "licenses": 79, "given_up": 50, "kept": 29, "staying": 30,
        "quote_id": "q-2",
    }  # fmt: skip
    assert refusal.message.en == (
        "contoso-basic now has 79 licenses. Without the 50 to be given up it would keep 29, for 30 "
        "users who stay."
    )
    assert "q-2" in refusal.remedy.text.en
    assert refusal.remedy.action == "quote_again"
    (refusal,) = stops_the_move(quoted(NAMED), old(licenses=140), ALL, None)
    assert refusal.evidence["licenses_quoted"] == 100
    assert "had 100 licenses when this was quoted, and has 140 licenses now" in refusal.message.en
    assert "new quote of the change" in refusal.remedy.text.en


def test_that_a_number_was_named_is_said_only_where_it_was() -> None:
    """Older code reads what it has always read, and quotes keep their digest."""
    plain, named = quoted(ONE_EACH), quoted(NAMED_ONE_EACH)
    assert plain.request.change is not None
    assert "kept_is_named" not in plain.request.change.model_dump()
    assert named.digest != plain.digest
    again = request_again(named, old(licenses=140), ALL)
    assert again is not None
    assert again.change is not None
    assert (again.change.licenses_kept, again.change.kept_is_named) == (50, True)


@pytest.mark.parametrize(
    ("going", "target", "found"),
    [
        (Going(users=50), {}, None),  # eighty are free
        (Going(users=50), {"licenses": 70}, None),
        (Going(users=50), {"licenses": 69}, {"ordered": 69, "assigned": 70}),
        (Going(users=50, already_there=1), {"licenses": 69}, None),  # twenty, and 49 more
        (Going(users=50), {"assigned": 51}, {"ordered": 100, "assigned": 101}),
    ],
)
def test_room_is_for_who_goes_and_is_not_there(
    going: Going, target: dict[str, int], found: dict[str, int] | None
) -> None:
    there = a_subscription(TARGET, "standard", **{"licenses": 100, "assigned": 20} | target)
    by_then = WITH_TARGET.model_copy(update={"siblings": (there,)})
    refusals = no_room(by_then, quoted(a_change()), going)
    assert [each.evidence for each in refusals] == ([] if found is None else [found])


def test_what_is_bought_has_room_for_all() -> None:
    quote = quoted(CANCELED)
    assert no_room(WITH_TARGET, quote, Going(users=80)) == ()
    (found,) = no_room(WITH_TARGET, quote, Going(users=81))
    assert (found.code, found.evidence) == (
        "insufficient_licenses",
        {"ordered": 80, "assigned": 81},
    )


def test_the_plans_maximum_counts_on_the_day_alone() -> None:
    quote = quoted(CANCELED)
    few = a_catalog(BASIC, STANDARD.model_copy(update={"max_licenses": 79}))
    lowered = WITH_TARGET.model_copy(update={"catalog": few})
    assert no_room(lowered, quote, Going(users=80)) == (), "the quote binds (B26)"
    assert beyond_the_maximum(WITH_TARGET, quote) == ()
    (found,) = beyond_the_maximum(lowered, quote)
    assert (found.code, found.evidence) == (
        "too_many_licenses",
        {"ordered": 80, "max_licenses": 79},
    )
    assert beyond_the_maximum(lowered, quoted(a_change())) == (), "nothing is bought"


def test_what_is_quoted_again_is_for_who_is_there_and_for_what_there_is() -> None:
    going = Going(users=48, already_there=3, switched_off=7)
    again = request_again(quoted(ONE_EACH), old(licenses=140), going)
    assert again is not None
    change = again.change
    assert change is not None
    assert (change.users, change.licenses_kept, change.switched_off) == (45, 95, 7)
    named = request_again(quoted(NAMED), old(licenses=140), ALL)
    assert named is not None
    assert named.change is not None
    assert named.change.licenses_kept == 40
    assert request_again(quoted(NAMED), old(licenses=40), ALL) is None
    assert request_again(quoted(ONE_EACH), old(), Going(users=0)) is None


# ---- the order ----------------------------------------------------------------------------------


def ordering(asked: dict[str, Any], going: Going, **there: Any) -> Any:
    quote = quoted(asked)
    of = facts(siblings=(a_subscription(TARGET, "standard", **{"assigned": 20} | there),))
    return given([]).when(place(of, quote).model_copy(update={"going": going}))


def test_who_has_left_needs_no_license() -> None:
    """Two were listed, one has left, one license is free."""
    asked = a_change(users=2)
    tight = {"licenses": 100, "assigned": 99}
    ordering(asked, Going(users=2), **tight).then_rejected(
        rejections.InsufficientLicenses, licenses=100, assigned=101
    )
    state = ordering(asked, Going(users=1), **tight).then_types(OrderPlaced, EligibilityConfirmed)
    assert state.upgrade.users == 1
    ordering(asked, Going(users=2, already_there=1), **tight).then_types(
        OrderPlaced, EligibilityConfirmed
    )


def test_nobody_is_charged_for_moving_nobody() -> None:
    for asked in (a_purchase(users=1), a_change(users=1)):
        ordering(asked, Going(users=0)).then_rejected(rejections.NobodyToMove, quoted_users=1)


def test_who_stays_is_counted_when_it_is_ordered() -> None:
    """Of fifty ten left and ten others joined: forty stay on thirty licenses."""
    asked = a_purchase(old="reduced", licenses_kept=30)
    ordering(asked, Going(users=50)).then_types(OrderPlaced, EligibilityConfirmed)
    ordering(asked, Going(users=40)).then_rejected(
        rejections.InsufficientLicenses, licenses=30, assigned=40
    )


# ---- before anybody moves, and at the switch ----------------------------------------------------


def begun(asked: dict[str, Any]) -> list[Any]:
    return lived([], place(WITH_TARGET, quoted(asked)))


def test_it_ends_before_anybody_has_moved_and_the_customer_is_told() -> None:
    refusals = stops_the_move(quoted(ONE_EACH), old(licenses=79), ALL, "q-2")
    start = StartMove(at=later(hours=2), users=50, refusals=refusals)
    history = begun(ONE_EACH)
    state = given(history).when(start).then([UpgradeRefused(at=start.at, refusals=refusals)])
    assert isinstance(state, Refused)
    assert upgrade_view(state).refusals == refusals
    assert consequences(UpgradeRefused(at=start.at, refusals=refusals), state) == {}
    (notice,) = rows_after(lived(history, start)[-1], state)["notices"]
    assert notice["kind"] == "upgrade_refused"
    assert notice["text"]["en"].startswith("Your change to Plan standard can't go ahead: ")
    assert "q-2" in notice["text"]["zh-TW"]
    given(lived(history, start)).when(start).then_nothing()


def moved_by(asked: dict[str, Any], users: int) -> list[Any]:
    start = StartMove(at=later(hours=2), users=users)
    batch = RecordMovedUsers(at=later(hours=2), batch=1, users=users, remaining=0)
    return lived(begun(asked), start, batch, COMPLETE_MOVE)


@any_of(bought=st.integers(0, 1000))
def test_the_switch_gives_up_the_number_that_was_quoted(bought: int) -> None:
    """100 x 6.00 were paid, 50 go: 50 x 6.00 x 23/30 = 230.00, however many there are by then."""
    history = moved_by(ONE_EACH, 50)
    licenses = 100 + bought
    switch = SwitchBilling(
        at=later(hours=3), users_left_behind=0, users_staying=30, old_licenses=licenses
    )
    state = given(history).when(switch).then_types(BillingSwitched)
    switched = lived(history, switch)[-1]
    assert isinstance(switched, BillingSwitched)
    assert switched.pricing.credit_applied == Decimal("230.00")
    assert consequences(switched, state, licenses)[SOURCE] == LicensesGivenUp(
        at=switch.at, upgrade_id=state.upgrade.order.upgrade_id, licenses=licenses - 50
    )


def test_the_switch_waits_where_too_few_would_be_left_of_what_there_is() -> None:
    switch = SwitchBilling(
        at=later(hours=3), users_left_behind=0, users_staying=30, old_licenses=79
    )
    rejection = (
        given(moved_by(ONE_EACH, 50))
        .when(switch)
        .then_rejected(rejections.InsufficientLicenses, licenses=29, assigned=30)
    )
    assert "unassign 1 of them" in rejection.message


def test_what_is_bought_for_nobody_is_taken_back() -> None:
    """All have left while it moved: nothing is charged."""
    history = moved_by(ONE_EACH, 0)
    switch = SwitchBilling(at=later(hours=3), users_left_behind=0, users_staying=30)
    state = given(history).when(switch).then_types(UndoStarted)
    assert isinstance(state, Undoing)
    assert state.ending == "undone"


# ---- seats that nobody holds ------------------------------------------------------------------

SEATS = a_purchase(20, users=0, old="reduced", licenses_kept=80, kept_is_named=True)
"""Twenty of a hundred licenses, which nobody holds, are exchanged."""


def test_seats_that_nobody_holds_need_nobody_to_move() -> None:
    """100 x 6.00, of which 20 go: 20 x 6.00 x 23/30 = 92.00, off 20 x 12.50 = 250.00."""
    quote = quoted(SEATS)
    assert (quote.users_to_move, quote.total) == (0, Decimal("158.00"))
    nobody = Going(users=0)
    assert stopped(SEATS, nobody) == []
    assert stopped(SEATS, nobody, assigned=81) == ["licenses_do_not_fit"]
    assert stopped(SEATS, nobody, licenses=140) == ["licenses_changed"]
    command = place(WITH_TARGET, quote).model_copy(update={"going": nobody})
    given([]).when(command).then_types(OrderPlaced, EligibilityConfirmed)
    again = request_again(quote, old(licenses=140), nobody)
    assert again is not None
    assert again.change is not None
    assert (again.change.users, again.change.licenses_kept) == (0, 80)


def test_what_was_bought_for_nobody_is_not_undone_at_the_switch() -> None:
    command = place(WITH_TARGET, quoted(SEATS)).model_copy(update={"going": Going(users=0)})
    moved = lived([], command, StartMove(at=later(hours=1), users=0), COMPLETE_MOVE)
    switch = SwitchBilling(
        at=later(hours=3), users_left_behind=0, users_staying=80, old_licenses=100
    )
    given(moved).when(switch).then_types(BillingSwitched)


def test_nobody_moves_into_what_is_there() -> None:
    with pytest.raises(ValidationError, match="there is nobody to move into another one"):
        quoted(a_change(users=0))
