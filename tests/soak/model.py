"""The shadow model: what each tenant has, and what an order may come to, from what callers were told.

Pure: it learns only from what was asked and answered, never from the database. Where a race makes
several outcomes right, it allows them all; what is left of them is a fault of the service.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from domain.quoting.quote import Quote
from domain.views.read_models import UpgradeView

Switches = frozenset[str]
"""The services that are off for a user."""
Places = frozenset[Literal["old", "new"]]
"""The subscriptions of an order in which a user holds a license."""

NOWHERE: Places = frozenset()
OLD: Places = frozenset({"old"})
NEW: Places = frozenset({"new"})
BOTH: Places = frozenset({"old", "new"})

COMPLETE = frozenset({"awaiting_invoice", "invoiced", "completed"})


@dataclass
class ShadowSubscription:
    """A subscription as it must be, once nothing of it moves."""

    id: str
    plan: str
    licenses: int
    users: dict[str, Switches]
    perhaps_licenses: set[int] = field(default_factory=set[int])
    """How many it may have instead: nobody was told whether they were set, or before a reduction."""
    opened: bool = False
    """Whether an upgrade opened it: then it never has more users than licenses."""
    alive: bool = True
    prepaid: bool = False
    blocked: bool = False
    balance: Decimal = Decimal(0)

    @property
    def spare(self) -> int:
        """Licenses that nobody holds."""
        return self.licenses - len(self.users)


@dataclass
class ShadowTenant:
    """A tenant with everything it has."""

    id: str
    group: int
    """Whose services its plans have: each group has incidents of its own."""
    subscriptions: dict[str, ShadowSubscription]
    is_wrong: bool = False
    """Whether something of it was found wrong: nothing more is expected of it."""
    orders: list["ShadowOrder"] = field(default_factory=list["ShadowOrder"])

    @property
    def alive(self) -> list[ShadowSubscription]:
        """Subscriptions that have not ended, in the order in which they came."""
        return [each for each in self.subscriptions.values() if each.alive]

    def refusals(self, subscription: ShadowSubscription, *, by_hand: bool) -> frozenset[str]:
        """Why it must be refused that something of this subscription is changed (B6-B20).

        Without what lies outside of the tenant, and without other orders.
        """
        found: set[str] = set()
        if subscription.balance:
            found.add("unpaid_balance")
        if by_hand:
            return frozenset(found)
        if subscription.blocked:
            found.add("not_eligible")
        if subscription.spare < 0:
            found.add("more_users_than_licenses")
        if sum(each.plan == subscription.plan for each in self.alive) > 1:
            found.add("multiple_subscriptions_same_product")
        return frozenset(found)


# ---- what was asked of an order, and answered ---------------------------------------------------

Certainty = Literal["yes", "maybe"]
"""`maybe`: the caller never learned whether it happened."""


@dataclass(frozen=True)
class Decided:
    """A credit decision that was asked for."""

    decision: Literal["approved", "declined"]
    reference: str
    answer: str
    """`ok`, the code it was rejected with, or `unanswered`."""


@dataclass(frozen=True)
class Joined:
    """A user got a license."""

    user: str
    at: Literal["old", "new"]
    certainty: Certainty = "yes"


@dataclass(frozen=True)
class Left:
    """A user lost the licenses in both of the order's subscriptions, or the old one alone."""

    user: str
    only_old: bool = False
    certainty: Certainty = "yes"


@dataclass
class ShadowOrder:
    """One order, with everything that its callers were told."""

    upgrade_id: str
    tenant: ShadowTenant
    quote: Quote
    key: str | None
    new_id: str
    """The subscription that it opens, or moves to."""
    users: dict[str, Switches]
    """Who held a license of the old subscription when it was ordered."""
    licenses: int
    """Of the old subscription, then."""
    there: dict[str, Switches] = field(default_factory=dict[str, Switches])
    """Who held one of the subscription they move to, where that was there before."""
    listed: frozenset[str] | None = None
    """Who alone is to move, by hand; None: everybody."""
    target_services: frozenset[str] = frozenset()

    gave_up_licenses: bool = False
    """Whether the old subscription has what the switch left of its licenses."""
    bought: list[int] = field(default_factory=list[int])
    """What an admin set the licenses of its old subscription to, meanwhile."""
    was_blocked: bool = False
    """Whether an operator blocked its subscription after it was ordered."""
    may_be_refused: bool = False
    must_be_refused: bool = False
    lets_expire: bool = False
    """Nobody decides: its credit check is left to its deadline."""
    left_waiting: bool = False
    """Its story ends while it waits for somebody or for a day."""
    decisions: list[Decided] = field(default_factory=list[Decided])
    cancels: list[str] = field(default_factory=list[str])
    """What each cancel was answered: `ok`, a code, or `unanswered`."""
    undos: list[str] = field(default_factory=list[str])
    """The same of an operator's undo."""
    people: list[Joined | Left] = field(default_factory=list[Joined | Left])
    blocked: set[str] = field(default_factory=set[str])
    """Users whose license could not be changed for a while."""
    skipped: bool = False
    """An operator went on without users who could not be moved."""
    seen: UpgradeView | None = None
    """The newest that any caller was told of it."""

    @property
    def old_id(self) -> str:
        return self.quote.subscription_id

    @property
    def is_complete(self) -> bool:
        """Whether somebody was told that billing has switched."""
        return self.seen is not None and self.seen.stage in COMPLETE

    @property
    def ends_old(self) -> bool:
        change = self.quote.request.change
        return change is None or change.old == "canceled"

    @property
    def into_existing(self) -> bool:
        change = self.quote.request.change
        return change is not None and change.into is not None

    @property
    def licenses_kept(self) -> int | None:
        change = self.quote.request.change
        return None if change is None else change.licenses_kept

    # ---- how it may end -----------------------------------------------------------------------

    @property
    def may_meet_too_few_licenses(self) -> bool:
        """Whether users who joined may have been more than there are licenses for (B58)."""
        joined = sum(isinstance(each, Joined) for each in self.people)
        moving = len(self.users if self.listed is None else self.listed)
        room = self.quote.licenses if not self.into_existing else self._room_in_existing
        return bool(joined) and moving + joined > room

    @property
    def _room_in_existing(self) -> int:
        return self.tenant.subscriptions[self.new_id].licenses - len(self.there)

    def may_end(self) -> frozenset[str]:
        """The stages it may be in once nothing moves by itself."""
        if self.must_be_refused:
            return frozenset({"refused"})
        if "ok" in self.cancels:
            return frozenset({"canceled"})
        if "ok" in self.undos:
            return frozenset({"undone"})
        ends = self._without_cancel()
        if "already_switched" in self.cancels:
            return ends & COMPLETE
        if "unanswered" in self.cancels:
            ends |= {"canceled"}
        if "unanswered" in self.undos:
            ends |= {"undone"}
        return ends

    def _without_cancel(self) -> frozenset[str]:
        ends = set(self._after_credit())
        counted_again = self.quote.request.change is not None and (self.people or self.bought)
        if self.may_be_refused or self._may_be_refused_on_its_day or counted_again:
            ends.add("refused")
        return frozenset(ends)

    @property
    def _may_be_refused_on_its_day(self) -> bool:
        """Whether the day it waited for may have met a block, or too few licenses (B6, B11, B22)."""
        joined = sum(isinstance(each, Joined) for each in self.people)
        room = min(self.quote.licenses, self.licenses)
        full = len(self.users) + joined > room
        return self.quote.request.switch_on is not None and (full or self.was_blocked)

    def _after_credit(self) -> Iterable[str]:
        if self.quote.credit_check.required:
            counted = {each.decision for each in self.decisions if each.answer == "ok"}
            maybe = {each.decision for each in self.decisions if each.answer == "unanswered"}
            possible = counted or maybe
            if "declined" in possible:
                yield "declined"
            if not counted:
                if self.lets_expire:
                    yield "expired"
                if self.left_waiting:
                    yield "awaiting_credit_check"
            if "approved" not in possible:
                if self.left_waiting:
                    yield "scheduled"
                return
        if self.left_waiting:
            yield from ("scheduled", "awaiting_invoice")
        if self.may_meet_too_few_licenses:
            yield "undone"
        yield "invoiced" if self.quote.licenses else "completed"

    # ---- where everybody is --------------------------------------------------------------------

    def places(self, stage: str) -> Mapping[str, frozenset[Places]]:
        """Where each user may hold licenses, once it has come to `stage`."""
        known: dict[str, frozenset[Places]] = {}
        for user in {*self.users, *self.there}:
            known[user] = self._places_of(user, stage)
        for change in self.people:
            match change:
                case Left(user=user, certainty=certainty):
                    before = known.get(user, frozenset({NOWHERE}))
                    stays = change.only_old and user in self.there
                    after = frozenset(place - OLD if stays else NOWHERE for place in before)
                    known[user] = after | before if certainty == "maybe" else after
                case Joined(user=user, certainty=certainty):
                    allowed = self._places_of_newcomer(change, stage)
                    if certainty == "maybe":
                        allowed |= known.get(user, frozenset({NOWHERE}))
                    known[user] = allowed
        return known

    def _places_of(self, user: str, stage: str) -> frozenset[Places]:
        there = NEW if user in self.there else NOWHERE
        if user not in self.users:
            return frozenset({there})
        goes = self.listed is None or user in self.listed
        if stage not in COMPLETE or not goes:
            return frozenset({there | OLD})
        if self.skipped and user in self.blocked:  # unless they were over before the block
            return frozenset({NEW, there if self.ends_old else there | OLD})
        return frozenset({NEW})

    def _places_of_newcomer(self, joined: Joined, stage: str) -> frozenset[Places]:
        if self.into_existing and joined.at == "new":
            return frozenset({NEW})
        if stage not in COMPLETE:
            return frozenset({OLD})
        if joined.at == "new" or self.ends_old:
            return frozenset({NEW})
        if self.listed is not None:
            return frozenset({OLD})
        # Whoever joins what is kept moves, unless they came after the switch; a repeat of a join
        # that nobody answered may be both.
        return frozenset({OLD, NEW, BOTH} if joined.certainty == "maybe" else {OLD, NEW})

    def switches(self, user: str, place: Literal["old", "new"], stage: str) -> Switches | None:
        """What must be off for a user who holds a license there; None where that is not known."""
        joined = any(isinstance(each, Joined) and each.user == user for each in self.people)
        if joined:
            return frozenset()
        if place == "old":
            return self.users.get(user)
        if user in self.there:
            return self.there[user]
        if stage not in COMPLETE:
            return None
        kept = self.target_services if self.quote.keep_disabled_services else frozenset[str]()
        return self.users[user] & kept
