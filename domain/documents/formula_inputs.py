"""The inputs of a line's formula: each with its value, the events that fixed it, and its rule (B27)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from domain.documents.value_origins import Source, last_event, source, subscription_source, value_at
from domain.pricing.price import Line, LineKind, Pricing, unused_value
from domain.quoting.quote import Quote
from domain.text.formats import day
from domain.text.texts import text
from domain.upgrade.events import BillingSwitched, OrderPlaced, QuoteRenewed, UpgradeScheduled
from domain.upgrade.stored_events import RecordedEvent
from domain.values.base import Text, Value
from domain.values.cycles import Cycle, cycle_containing, local_day
from domain.values.money import from_minor, to_minor, with_currency_digits

InputName = Literal[
    "licenses",
    "unit_price",
    "charge",
    "credit",
    "rate",
    "paid",
    "unused_days",
    "cycle_days",
    "term_days",
    "guaranteed_value",
    "owed",
    "begins_on",
    "began_at",
    "switched_on",
    "switched_at",
    "time_zone",
    "cycle_anchor",
    "billing",
    "term_from",
    "term_until",
]


class Input(Value):
    """One value that an amount depends on."""

    name: InputName
    value: str
    meaning: Text
    sources: tuple[Source, ...] = ()
    """The events that fixed it: first the one the amount was computed by, then where that had it."""
    rule: Text | None = None
    """How it follows from `inputs`, or why it is what it is."""
    inputs: tuple["Input", ...] = ()


class LineInputs:
    """Finds the inputs of one upgrade's lines."""

    def __init__(
        self,
        upgrade: Sequence[RecordedEvent],
        subscription: Sequence[RecordedEvent],
    ) -> None:
        """The histories of the upgrade, from its order on, and of what it replaces."""
        quoted = last_event(upgrade, QuoteRenewed, OrderPlaced)
        assert quoted is not None, "a history begins with its order"
        self._placed, self._quoted = upgrade[0], quoted
        self._scheduled = last_event(upgrade, UpgradeScheduled)
        self._switched = last_event(upgrade, BillingSwitched)
        self._subscription = subscription
        self._quote: Quote = quoted.event().quote
        self._pricing: Quote | Pricing = (
            self._quote if self._switched is None else self._switched.event().pricing
        )

    @property
    def quote(self) -> Quote:
        """The quote that counts: the one of the order, or what it was renewed by."""
        return self._quote

    @property
    def pricing(self) -> Quote | Pricing:
        """The amounts that are explained: of the switch, or before there is one, of the quote."""
        return self._pricing

    def amount_source(self, line: int) -> Source:
        """The event that fixed the amount of a line."""
        if self._switched is None:
            return source(self._quoted, f"quote.lines.{line}.amount")
        return source(self._switched, f"pricing.lines.{line}.amount")

    def named(self, name: str, line: Line) -> Input:
        """The input `name` of that line. Raises `LookupError` for a name it cannot have."""
        if line.returns_tax:
            return self._of_returned_tax[name]()
        return self._by_kind[line.kind][name]()

    @cached_property
    def switched_on(self) -> Input:
        """The day that everything is computed for."""
        meaning = text("input.switched_on")
        if self._switched is None:
            return Input(
                name="switched_on",
                value=self._quote.switch_on.isoformat(),
                meaning=meaning,
                sources=(source(self._quoted, "quote.switch_on"),),
                rule=text("rule.quoted_day"),
            )
        at, zone = self._switched.event().at, self._time_zone
        return Input(
            name="switched_on",
            value=local_day(at, zone.value).isoformat(),
            meaning=meaning,
            sources=(source(self._switched, "switched_on"),),
            rule=text("rule.switch_day"),
            inputs=(self._read("switched_at", self._switched, "at"), zone),
        )

    @cached_property
    def begins_on(self) -> Input:
        """The day the upgrade began: of the order, or the day that it was scheduled for."""
        at = (self._placed, "at") if self._scheduled is None else (self._scheduled, "starts_at")
        began_at, zone = self._read("began_at", *at), self._time_zone
        return Input(
            name="begins_on",
            value=local_day(datetime.fromisoformat(began_at.value), zone.value).isoformat(),
            meaning=text("input.begins_on"),
            rule=text("rule.begins_on"),
            inputs=(began_at, zone),
        )

    @property
    def _time_zone(self) -> Input:
        return self._read("time_zone", self._placed, "time_zone")

    @cached_property
    def _by_kind(self) -> Mapping[LineKind, Mapping[str, Callable[[], Input]]]:
        return {
            "charge": {
                "licenses": lambda: self._quoted_input("licenses", "new.licenses"),
                "unit_price": lambda: self._quoted_input(
                    "unit_price", "new.unit_price", rule=text("rule.list_price")
                ),
            },
            "tax": {"charge": self._charge, "rate": self._rate},
            "credit": {
                "licenses": lambda: self._quoted_input("licenses", "old.licenses", "licenses"),
                "unit_price": self._old_price,
                "unused_days": self._unused_days,
                "cycle_days": self._cycle_days,
                "paid": lambda: self._quoted_input("paid", "old.prepaid.paid", "prepaid.paid"),
                "term_days": self._term_days,
                "guaranteed_value": self._guaranteed_value,
                "owed": self._owed,
                "rate": self._charged_rate,
            },
        }

    @cached_property
    def _of_returned_tax(self) -> Mapping[str, Callable[[], Input]]:
        return {"credit": self._credit, "rate": self._charged_rate, "owed": self._owed}

    # ---- prices -----------------------------------------------------------------------------

    def _charge(self) -> Input:
        return self._sum_of_lines("charge", {"charge"}, text("rule.charge"))

    def _owed(self) -> Input:
        return self._sum_of_lines("owed", {"charge", "tax"}, text("rule.owed"))

    def _credit(self) -> Input:
        return self._sum_of_lines("credit", {"credit"}, text("rule.credit"))

    def _charged_rate(self) -> Input:
        rule = text("rule.charged_rate")
        return self._quoted_input("rate", "old.tax_rate", "tax_rate", rule=rule)

    def _sum_of_lines(self, name: InputName, kinds: set[LineKind], rule: Text) -> Input:
        """Of what is charged, or of the credit as a positive amount; tax that is returned is in neither."""
        currency = self._quote.currency
        lines = [
            (n, line)
            for n, line in enumerate(self._pricing.lines)
            if line.kind in kinds and not line.returns_tax
        ]
        return Input(
            name=name,
            value=str(from_minor(abs(sum(_minor(line, currency) for _, line in lines)), currency)),
            meaning=text(f"input.{name}"),
            sources=tuple(self.amount_source(n) for n, _ in lines),
            rule=rule,
        )

    def _rate(self) -> Input:
        tax = self._quote.inputs.tax
        reverse = tax is not None and tax.reverse_charge
        rule = text("rule.reverse_charge") if reverse else text("rule.tax_rate")
        rate = self._quoted_input("rate", "tax.rate", rule=rule)
        way = f"policy.tax.{value_at(self._quoted.data, 'quote.inputs.tax.country')}"
        if value_at(self._placed.data, way) != rate.value:
            return rate
        sources = (*rate.sources, source(self._placed, way))
        return rate.model_copy(update={"sources": sources})

    def _old_price(self) -> Input:
        """The tenant's own price, as its subscription says it; else what the plan cost."""
        old, field = self._quote.inputs.old, "old.unit_price"
        period = self._period()
        for n, later in enumerate(old.later_prices):
            if later.from_ <= period.first:
                field = f"old.later_prices.{n}.unit_price"
        own = self._quoted_input("unit_price", field, "price")
        if len(own.sources) > 1:
            return own.model_copy(update={"rule": text("rule.own_price")})
        rule = text("rule.price_of_cycle", first=day(period.first))
        return own.model_copy(update={"rule": rule})

    def _guaranteed_value(self) -> Input:
        """What the quote names for both days that it shows; else what was left on the first day."""
        if self._quote.latest is not None:
            rule = text("line.guarantee")
            return self._quoted_input("guaranteed_value", "least_credit", rule=rule)
        began = self.begins_on
        return Input(
            name="guaranteed_value",
            value=str(unused_value(self._quote.inputs, date.fromisoformat(began.value))),
            meaning=text("input.guaranteed_value"),
            rule=text("rule.guaranteed_value"),
            inputs=(began,),
        )

    # ---- days -------------------------------------------------------------------------------

    def _unused_days(self) -> Input:
        period = self._period()
        unused = period.unused_days(self._pricing.switch_on)
        return Input(
            name="unused_days",
            value=str(unused),
            meaning=text("input.unused_days"),
            rule=text("rule.unused_days", last=day(period.last)),
            inputs=(self.switched_on, *self._period_inputs()),
        )

    def _cycle_days(self) -> Input:
        return self._days("cycle_days", text("rule.cycle_days", **_ends(self._period())))

    def _term_days(self) -> Input:
        return self._days("term_days", text("rule.term_days", **_ends(self._period())))

    def _days(self, name: InputName, rule: Text) -> Input:
        return Input(
            name=name,
            value=str(self._period().days),
            meaning=text(f"input.{name}"),
            rule=rule,
            inputs=self._period_inputs(),
        )

    def _period(self) -> Cycle:
        """What was paid for: the billing cycle of the switch day, or the prepaid term."""
        old = self._quote.inputs.old
        if old.prepaid is None:
            return cycle_containing(old.cycle_anchor, old.billing, self._pricing.switch_on)
        if old.prepaid.from_ is None or old.prepaid.until is None:
            raise LookupError("a term paid by product key has no days")
        return Cycle(first=old.prepaid.from_, last=old.prepaid.until)

    def _period_inputs(self) -> tuple[Input, ...]:
        if self._quote.inputs.old.prepaid is None:
            return (
                self._quoted_input("cycle_anchor", "old.cycle_anchor", "cycle_anchor"),
                self._quoted_input("billing", "old.billing", "billing"),
            )
        return (
            self._quoted_input("term_from", "old.prepaid.from", "prepaid.from"),
            self._quoted_input("term_until", "old.prepaid.until", "prepaid.until"),
        )

    # ---- reading events ---------------------------------------------------------------------

    def _quoted_input(
        self,
        name: InputName,
        field: str,
        of_subscription: str | None = None,
        rule: Text | None = None,
    ) -> Input:
        """What the quote pinned, and where the subscription had it from."""
        pinned = self._read(name, self._quoted, f"quote.inputs.{field}")
        earlier = of_subscription and subscription_source(
            self._subscription, of_subscription, pinned.value, self._quoted
        )
        sources = (*pinned.sources, earlier) if earlier else pinned.sources
        return pinned.model_copy(update={"sources": sources, "rule": rule})

    def _read(self, name: InputName, recorded: RecordedEvent, field: str) -> Input:
        value = value_at(recorded.data, field)
        if value is None:
            raise LookupError(f"{recorded.type} has no {field}")
        return Input(
            name=name,
            value=self._written(name, value),
            meaning=text(f"input.{name}"),
            sources=(source(recorded, field),),
        )

    def _written(self, name: InputName, value: object) -> str:
        """Amounts as the arithmetic shows them, with their currency's digits."""
        if name in ("unit_price", "paid", "guaranteed_value"):
            return str(with_currency_digits(Decimal(str(value)), self._quote.currency))
        return str(value)


def _minor(line: Line, currency: str) -> int:
    return to_minor(line.amount, currency)


def _ends(period: Cycle) -> dict[str, Text]:
    return {"first": day(period.first), "last": day(period.last)}
