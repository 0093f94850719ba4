"""The life of one tenant: chapter after chapter, each an order with its company, or some noise.

What happens follows from the seed and the tenant's name; when it happens, from the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from random import Random
from typing import Any

from api.service.changes import ChangeRequest, Purchase
from domain.quoting.quote import Quote, QuoteRequest
from tests.callers import OPERATOR
from tests.clock import in_days
from tests.soak.asking import Caller, Fault
from tests.soak.company import Company
from tests.soak.model import ShadowOrder, ShadowSubscription, ShadowTenant
from tests.soak.ordering import Desk
from tests.soak.scene import Scene
from tests.soak.settling import check_subscription, settle, settle_rivals
from tests.soak.shepherd import Plan, Shepherd, a_plan
from tests.soak.world import RUNGS, ladder_of, plan_id, rung_of

SOON_SECONDS = 1.5
"""Within which the company of an order comes; most orders move their users in that time."""


class Life:
    """Lives for one tenant."""

    def __init__(self, scene: Scene, tenant: ShadowTenant) -> None:
        self._scene, self._tenant = scene, tenant
        self._dice = Random(f"{scene.seed}/{tenant.id}")
        self._caller = Caller(scene.tally, tenant.id)
        self._desk = Desk(scene, tenant, self._caller, self._dice)
        self._admin = scene.ground.admin

    async def live(self) -> None:
        """Chapter after chapter, until the dice or the soak says stop; what goes wrong is counted."""
        chapters: list[tuple[int, Callable[[], Awaitable[bool]]]] = [
            (9, self._upgrade),
            (1, self._upgrade_on_a_stale_quote),
            (2, self._upgrade_on_a_later_day),
            (3, self._change_some),
            (3, self._change_all),
            (2, self._rivals),
            (2, self._administer),
        ]
        weights, tell = [weight for weight, _ in chapters], [chapter for _, chapter in chapters]
        try:
            for _ in range(self._dice.randint(5, 9)):
                if self._scene.is_over:
                    return
                if not await self._dice.choices(tell, weights)[0]():
                    return
        except Fault as fault:
            self._tenant.is_wrong = True
            self._scene.tally.fault(self._tenant.id, fault)

    # ---- chapters: each says whether life goes on -----------------------------------------------

    async def _upgrade(self) -> bool:
        sub = self._one_to_upgrade()
        if sub is None:
            return True
        other = await self._quote(sub) if self._dice.random() < 0.15 else None
        quote = await self._quote(sub)
        if quote is None:
            return await self._heal(sub)
        return await self._order(sub, quote, a_plan(self._dice), other=other)

    async def _upgrade_on_a_stale_quote(self) -> bool:
        """An admin was at work after the quote: the order is told so, with a fresh quote beside."""
        sub = self._one_to_upgrade()
        quote = None if sub is None else await self._quote(sub)
        if sub is None or quote is None:
            return True
        licenses = sub.licenses + 1
        await self._caller.told(
            "set-licenses", lambda: self._admin.set_licenses(OPERATOR, sub.id, licenses)
        )
        sub.licenses = licenses
        order = self._desk.shadow(sub, quote, self._desk.new_key())
        fresh = await self._desk.place_stale(order)
        if fresh is None:
            return True
        return await self._order(sub, fresh, a_plan(self._dice), key=order.key)

    async def _upgrade_on_a_later_day(self) -> bool:
        sub = self._one_to_upgrade()
        if sub is None:
            return True
        day = in_days(self._dice.randint(3, 40))
        quote = await self._quote(sub, switch_on=day)
        if quote is None:
            return await self._heal(sub)
        return await self._order(sub, quote, a_plan(self._dice))

    async def _change_some(self) -> bool:
        """Some users, into what is bought or what is there (B60, B61)."""
        sub = self._one_with_users(2)
        if sub is None:
            return True
        some = frozenset(self._dice.sample(sorted(sub.users), len(sub.users) // 2))
        into = self._another(sub)
        old = self._dice.choice(("stays", "stays" if sub.prepaid or sub.spare < 0 else "reduced"))
        if into is not None:
            some -= into.users.keys()
            if not some or into.spare < len(some):
                return True
        request = self._change(sub, into, len(some), old)
        quote = await self._desk.quote_change(sub, request, some)
        if quote is None:
            return await self._heal(sub)
        return await self._order(sub, quote, a_plan(self._dice), listed=some)

    async def _change_all(self) -> bool:
        """All users, into what is bought or what is there; the old one is canceled, or stays (B59)."""
        sub = self._one_with_users(1)
        if sub is None:
            return True
        into = self._another(sub)
        if into is not None and into.spare < len(sub.users.keys() - into.users.keys()):
            into = None
        old = self._dice.choice(("stays", "canceled"))
        quote = await self._desk.quote_change(
            sub, self._change(sub, into, len(sub.users), old), None
        )
        if quote is None:
            return await self._heal(sub)
        return await self._order(sub, quote, a_plan(self._dice))

    async def _rivals(self) -> bool:
        """Two upgrades of one tenant at once: one at a time is carried out (B9)."""
        subs = [each for each in self._tenant.alive if self._rungs_above(each) and each.users]
        if len(subs) < 2:
            return True
        quotes: list[tuple[ShadowSubscription, Quote]] = []
        for sub in subs[:2]:
            quote = await self._quote(sub)
            if quote is None:
                return await self._heal(sub)
            quotes.append((sub, quote))
        orders = [self._desk.shadow(sub, quote, self._desk.new_key()) for sub, quote in quotes]
        for order in orders:
            order.may_be_refused = True
        plan = Plan()
        await asyncio.gather(*(self._desk.place(order) for order in orders))
        await asyncio.gather(
            *(self._see_through(order, plan, Company(self._desk, order)) for order in orders)
        )
        for order in orders:
            await self._settle(order)
        judge = self._scene.ground.judge
        refused = await self._caller.told("settle", lambda: settle_rivals(judge, orders))
        self._scene.tally.count("rivals", refused)
        return True

    async def _administer(self) -> bool:
        """An admin at work, while nothing of the tenant moves: everything is done, once."""
        sub = self._dice.choice(self._tenant.alive)
        if self._dice.random() < 0.3:  # the next quote of it is refused
            for _ in range(2):
                await self._caller.told(
                    "block", lambda: self._admin.block(OPERATOR, sub.id, "not_eligible")
                )
            sub.blocked = True
        user = f"admin-{self._dice.randrange(10**9)}@soak.example"
        if sub.spare > 0:
            for _ in range(2):
                await self._caller.told(
                    "assign", lambda: self._admin.assign(OPERATOR, sub.id, user)
                )
            sub.users[user] = frozenset()
        if len(sub.users) > 1 and self._dice.random() < 0.5:
            gone = self._dice.choice(sorted(sub.users))
            for _ in range(2):
                await self._caller.told(
                    "unassign", lambda: self._admin.unassign(OPERATOR, sub.id, gone)
                )
            del sub.users[gone]
        licenses = max(1, len(sub.users)) + self._dice.choice((0, 1, 3, 10))
        await self._caller.told(
            "set-licenses", lambda: self._admin.set_licenses(OPERATOR, sub.id, licenses)
        )
        sub.licenses = licenses
        await self._caller.told("check", lambda: self._check(sub))
        return True

    async def _check(self, sub: ShadowSubscription) -> bool:
        await check_subscription(self._scene.ground.judge, sub)
        return True

    # ---- an order and its company ------------------------------------------------------------------

    async def _order(
        self,
        sub: ShadowSubscription,
        quote: Quote,
        plan: Plan,
        *,
        listed: frozenset[str] | None = None,
        other: Quote | None = None,
        key: str | None = None,
    ) -> bool:
        """Place an order and see it through; then, sometimes, another quote under its key."""
        dice, desk = self._dice, self._desk
        plan.leaves_it_waiting = dice.random() < 0.06
        if key is None and (other is not None or dice.random() < 0.85):
            key = desk.new_key()
        order = desk.shadow(sub, quote, key)
        order.listed = listed
        await desk.place(order, at_once=dice.choice((1, 1, 1, 1, 2, 5)))
        if other is not None:
            await desk.reuse_key(order, other)
        company = Company(desk, order)
        self._invite(company, order)
        await self._see_through(order, plan, company)
        if dice.random() < 0.2:
            await desk.repeat(order)
        await self._settle(order)
        if order.blocked:
            await company.unblock_users()
        if order.was_blocked:
            await self._caller.told("unblock", lambda: self._admin.unblock(OPERATOR, sub.id))
            sub.blocked = False  # also if it was blocked before, as a change by hand may be ordered
        return not order.left_waiting

    def _invite(self, company: Company, order: ShadowOrder) -> None:
        """Who comes to this order."""
        dice = self._dice
        guests: list[tuple[float, Callable[[], Any]]] = [
            (0.15, company.cancel),
            (0.03, lambda: company.cancel(patiently=False)),
            (0.25, lambda: company.join("old")),
            (0.15, lambda: company.join("new")),
            (0.2, company.leave),
            (0.15, company.admin_assigns),
            (0.15, company.admin_unassigns),
            (0.1, company.admin_buys_licenses),
            (0.06, company.admin_blocks),
            (0.07, company.block_user),
            (0.08, lambda: company.decide("approved", patiently=False)),
            (0.04, lambda: company.decide("declined")),
            (0.15, lambda: self._desk.repeat(order)),
        ]
        for chance, guest in guests:
            if dice.random() < chance:
                company.invite(guest(), within_seconds=SOON_SECONDS)

    async def _see_through(self, order: ShadowOrder, plan: Plan, company: Company) -> None:
        try:
            await Shepherd(self._desk, order, plan, company).see_through()
            await company.all_gone()
            # A late guest may have moved it on.
            await Shepherd(self._desk, order, plan, company).see_through()
        finally:
            company.dismiss()

    async def _settle(self, order: ShadowOrder) -> None:
        judge = self._scene.ground.judge
        view = await self._caller.told("settle", lambda: settle(judge, order))
        kind = "upgrade" if order.quote.request.change is None else "change"
        self._scene.tally.count(f"{kind} ended", view.stage)
        if view.stage == "invoiced":
            await self._pay(order)

    async def _pay(self, order: ShadowOrder) -> None:
        """What is open of its invoice, or a later day would find it overdue (B65)."""
        service, of = self._scene.ground.service, order.upgrade_id
        invoice = await self._caller.told("invoice", lambda: service.bills.invoice(OPERATOR, of))
        if invoice.open_amount:
            await self._caller.told("pay", lambda: service.payments.pay(OPERATOR, of, of))

    # ---- what is asked for --------------------------------------------------------------------------

    async def _quote(self, sub: ShadowSubscription, **more: Any) -> Quote | None:
        dice = self._dice
        request = QuoteRequest(
            target_plan_id=self._higher_plan(sub),
            licenses=max(1, len(sub.users)) + dice.choice((0, 1, 2, 10)),
            billing=dice.choice(("monthly", "annual")),
            payment_method=dice.choice((None, None, "card", "invoice")),
            keep_disabled_services=dice.random() < 0.3,
            **more,
        )
        return await self._desk.quote_upgrade(sub, request)

    def _change(
        self, sub: ShadowSubscription, into: ShadowSubscription | None, users: int, old: Any
    ) -> ChangeRequest:
        dice = self._dice
        bought = Purchase(
            plan_id=self._higher_plan(sub),
            licenses=users + dice.choice((0, 1, 10)),
            billing="monthly",
            payment_method=dice.choice((None, "card")),
        )
        return ChangeRequest(
            to=bought if into is None else into.id,
            old=old,
            keep_disabled_services=dice.random() < 0.3,
        )

    async def _heal(self, sub: ShadowSubscription) -> bool:
        """Do what the refusals ask for, so that the next chapter can begin."""
        if sub.balance:
            due, reference = sub.balance, f"paid-{sub.id}"
            for _ in range(2):
                await self._caller.told(
                    "pay", lambda: self._admin.pay(OPERATOR, sub.id, due, reference)
                )
            sub.balance = Decimal(0)
        if sub.blocked:
            await self._caller.told("unblock", lambda: self._admin.unblock(OPERATOR, sub.id))
            sub.blocked = False
        if sub.spare < 0:
            enough = len(sub.users) + 1
            await self._caller.told(
                "set-licenses", lambda: self._admin.set_licenses(OPERATOR, sub.id, enough)
            )
            sub.licenses = enough
        await asyncio.sleep(0.3)
        return True

    # ---- choosing -----------------------------------------------------------------------------------

    def _rungs_above(self, sub: ShadowSubscription) -> bool:
        return rung_of(sub.plan) < RUNGS - 1

    def _one_to_upgrade(self) -> ShadowSubscription | None:
        able = [each for each in self._tenant.alive if self._rungs_above(each)]
        return self._dice.choice(able) if able else None

    def _one_with_users(self, users: int) -> ShadowSubscription | None:
        able = [
            each
            for each in self._tenant.alive
            if self._rungs_above(each) and len(each.users) >= users
        ]
        return self._dice.choice(able) if able else None

    def _another(self, sub: ShadowSubscription) -> ShadowSubscription | None:
        others = [each for each in self._tenant.alive if each is not sub]
        return self._dice.choice(others) if others and self._dice.random() < 0.6 else None

    def _higher_plan(self, sub: ShadowSubscription) -> str:
        """A plan above this one that nothing the tenant has is of, where there is one."""
        had = {each.plan for each in self._tenant.alive}
        rungs = range(rung_of(sub.plan) + 1, RUNGS)
        above = [plan_id(self._tenant.group, ladder_of(sub.plan), rung) for rung in rungs]
        free = [plan for plan in above if plan not in had]
        return self._dice.choice((free or above)[:3])
