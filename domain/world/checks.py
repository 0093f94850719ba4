"""What the parts of a world file must be to each other.

Each check looks at one element that has the right shape, and reports what is wrong with it in
view of the rest of the file: ids that nothing has, money its currency cannot hold, days to come.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from domain.catalog.customer import Prepaid
from domain.catalog.facts import Incident
from domain.catalog.plans import Plan
from domain.catalog.policy import AccountingPolicy, Policy
from domain.text.faults import MOST_CANDIDATES, Fault, Report, at, did_you_mean, quoted
from domain.values.currencies import MINOR_DIGITS
from domain.world.model import WorldSubscription, WorldTenant, WorldUser, generated_user_id
from domain.world.placed import Located, WorldFile

MAX_AMOUNT = Decimal(10) ** 12
MAX_DIGITS = 4
"""After the point, of any currency."""
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
MAX_RATE_DIGITS = 6
MAX_EXCHANGE_DIGITS = 10
MAX_ID = 120


@dataclass(frozen=True, slots=True)
class Known:
    """What can be named: by the other sections of the file, or stored. None where no list says so."""

    service_ids: frozenset[str] | None
    plan_ids: frozenset[str] | None
    plans: Mapping[str, Plan]
    """Those of `plan_ids` that have the right shape."""
    today: date
    priced: frozenset[str] = frozenset()
    """Stored subscriptions that have a price of their own."""

    def report_unknown_service(self, service_id: str, place: str, report: Report) -> None:
        """Report a service that neither the file nor the stored catalog has."""
        if self.service_ids is not None and service_id not in self.service_ids:
            hint = _similar(service_id, self.service_ids)
            report(Fault(place, f"there is no service {quoted(service_id)}{_NEITHER}{hint}"))

    def report_unknown_plan(self, plan_id: str, place: str, report: Report) -> None:
        """Report a plan that neither the file nor the stored catalog has."""
        if self.plan_ids is not None and plan_id not in self.plan_ids:
            hint = _similar(plan_id, self.plan_ids)
            report(Fault(place, f"there is no plan {quoted(plan_id)}{_NEITHER}{hint}"))


def _similar(id: str, ids: frozenset[str]) -> str:
    return did_you_mean(id, tuple(sorted(ids))) if len(ids) <= MOST_CANDIDATES else ""


_NEITHER = ", neither in the file nor stored"


def check_world(file: WorldFile, known: Known, report: Report) -> None:
    """Report what the elements of a file are not to each other, and to what is `known` beside it."""
    for plan in file.plans:
        check_plan(plan, known, report)
    for tenant in file.tenants:
        if tenant.tenant is not None:
            check_tenant(tenant.tenant, report)
        for each in tenant.subscriptions:
            if each.subscription is not None:
                check_subscription(each.subscription, tenant.currency, known, report)
            check_users(each.users, known.plans.get(each.plan or ""), report)
    check_incidents(file.incidents, known, report)
    if file.policy is not None:
        check_policy(file.policy.value, report)


def report_repeats(what: str, ids: Iterable[tuple[str, str | None]], report: Report) -> None:
    """Reports every place whose id an earlier place has: `ids` are pairs of place and id."""
    first_places: dict[str, str] = {}
    for place, value in ids:
        if value is None:
            continue
        if value in first_places:
            report(Fault(place, f"{what} {quoted(value)} is already at {first_places[value]}"))
        else:
            first_places[value] = place


def check_plan(plan: Located[Plan], known: Known, report: Report) -> None:
    """Its services exist, and its prices are money."""
    for service_id in plan.value.services:
        known.report_unknown_service(service_id, at(plan.place, "services", service_id), report)
    report_repeats(
        "a price in",
        (
            (at(plan.place, "prices", index, "currency"), price.currency)
            for index, price in enumerate(plan.value.prices)
        ),
        report,
    )
    for index, price in enumerate(plan.value.prices):
        place = at(plan.place, "prices", index)
        check_currency(price.currency, at(place, "currency"), report)
        check_money(price.monthly, price.currency, at(place, "monthly"), report)
        check_money(price.annual, price.currency, at(place, "annual"), report)


def check_tenant(tenant: Located[WorldTenant], report: Report) -> None:
    """Its currency and time zone exist."""
    check_currency(tenant.value.currency, at(tenant.place, "currency"), report)
    zone = tenant.value.time_zone
    if zone not in _time_zones():
        hint = did_you_mean(zone, tuple(sorted(_time_zones()))) or ", such as Europe/Berlin"
        place = at(tenant.place, "time_zone")
        report(Fault(place, f"{quoted(zone)} is not a time zone of the IANA database{hint}"))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_subscription(
    placed: Located[WorldSubscription], currency: str | None, known: Known, report: Report
) -> None:
    """Its plan and add-ons exist, its money is money, its days have come."""
    subscription, place = placed.value, placed.place
    known.report_unknown_plan(subscription.plan, at(place, "plan"), report)
    _check_add_ons(subscription, place, known, report)
    _check_price(subscription, place, currency, known, report)
    check_rate(subscription.tax_rate, at(place, "tax_rate"), report)
    check_money(subscription.balance_due, currency, at(place, "balance_due"), report)
    _check_first_day(subscription.cycle_anchor, "cycle", at(place, "cycle_anchor"), known, report)
    if subscription.prepaid is not None:
        _check_prepaid(subscription.prepaid, currency, at(place, "prepaid"), known, report)
    if subscription.user_count and len(generated_user_id(subscription.id, 1)) > MAX_ID:
        longest = MAX_ID - len(generated_user_id("", 1))
        message = f"is too long to generate user ids from: at most {longest} characters"
        report(Fault(at(place, "id"), message))


def _check_add_ons(
    subscription: WorldSubscription, place: str, known: Known, report: Report
) -> None:
    places = [at(place, "add_ons", index) for index in range(len(subscription.add_ons))]
    report_repeats("the add-on", zip(places, subscription.add_ons, strict=True), report)
    for add_on_place, add_on in zip(places, subscription.add_ons, strict=True):
        known.report_unknown_plan(add_on, add_on_place, report)
        plan = known.plans.get(add_on)
        if plan is not None and plan.kind != "add_on":
            message = f"{quoted(add_on)} is a plan, not an add-on: its kind must be add_on"
            report(Fault(add_on_place, message))


def _check_price(
    subscription: WorldSubscription,
    place: str,
    currency: str | None,
    known: Known,
    report: Report,
) -> None:
    check_money(subscription.price, currency, at(place, "price"), report)
    plan = known.plans.get(subscription.plan)
    keeps_own = "price" not in subscription.model_fields_set and subscription.id in known.priced
    if plan is None or currency is None or subscription.price is not None or keeps_own:
        return
    if plan.price_in(currency) is None:
        message = (
            f"plan {quoted(plan.id)} has no price in {currency}, the tenant's currency: "
            "add one to the plan, or give the subscription its own price"
        )
        report(Fault(at(place, "plan"), message))


def _check_prepaid(
    prepaid: Prepaid, currency: str | None, place: str, known: Known, report: Report
) -> None:
    check_money(prepaid.paid, currency, at(place, "paid"), report)
    if prepaid.kind == "upfront":
        terms = {"paid": prepaid.paid, "from": prepaid.from_, "until": prepaid.until}
        for key, value in terms.items():
            if value is None:
                report(Fault(at(place, key), "is missing: a term paid upfront needs it"))
    if prepaid.from_ is not None:
        _check_first_day(prepaid.from_, "prepaid term", at(place, "from"), known, report)
    if prepaid.until is not None:
        _check_era(prepaid.until, at(place, "until"), report)
        if prepaid.from_ is not None and prepaid.until < prepaid.from_:
            message = f"{prepaid.until} is before {prepaid.from_}, the first day of the term"
            report(Fault(at(place, "until"), message))


def check_users(users: Sequence[Located[WorldUser]], plan: Plan | None, report: Report) -> None:
    """Each is listed once, and only services of the plan are switched off."""
    report_repeats("user", ((f"{user.place}.id", user.value.id) for user in users), report)
    for user in users:
        disabled = user.value.disabled_services
        if not disabled:
            continue
        places = [at(user.place, "disabled_services", index) for index in range(len(disabled))]
        report_repeats("the service", zip(places, disabled, strict=True), report)
        for place, service_id in zip(places, disabled, strict=True):
            if plan is not None and service_id not in plan.services:
                hint = did_you_mean(service_id, tuple(plan.services))
                message = f"plan {quoted(plan.id)} has no service {quoted(service_id)}{hint}"
                report(Fault(place, message))


def check_incidents(incidents: Sequence[Located[Incident]], known: Known, report: Report) -> None:
    """Their services exist, and none is listed twice."""
    seen: Counter[tuple[str, str]] = Counter()
    for incident in incidents:
        service_id, reference = incident.value.service, incident.value.reference
        known.report_unknown_service(service_id, at(incident.place, "service"), report)
        seen[service_id, reference] += 1
        if seen[service_id, reference] == 2:
            message = f"incident {quoted(reference)} of {quoted(service_id)} is listed twice"
            report(Fault(incident.place, message))


def check_policy(policy: Policy, report: Report) -> None:
    """Its amounts are money, its rates have a sensible number of digits, its spans an end."""
    for currency, threshold in policy.credit_check.thresholds.items():
        place = at("policy", "credit_check", "thresholds", currency)
        check_currency(currency, place, report)
        check_money(threshold, currency, place, report)
    for country, rate in policy.tax.items():
        check_rate(rate, at("policy", "tax", country), report)
    _check_accounting(policy.accounting, report)
    spans = (
        ("credit_check", "business_days", policy.credit_check.business_days, 60),
        ("quote", "valid_days", policy.quote.valid_days, 366),
        ("capacity", "retry_after_minutes", policy.capacity.retry_after_minutes, 10_080),
        ("admin_lock", "expected_minutes", policy.admin_lock.expected_minutes, 10_080),
    )
    for section, key, value, most in spans:
        if value > most:
            report(Fault(at("policy", section, key), f"{value} is too large: at most {most}"))


def _check_accounting(accounting: AccountingPolicy | None, report: Report) -> None:
    if accounting is None:
        return
    place = at("policy", "accounting")
    check_currency(accounting.currency, at(place, "currency"), report)
    for currency, rate in accounting.rates.items():
        check_currency(currency, at(place, "rates", currency), report)
        if currency == accounting.currency:
            message = f"is the rate of {currency} in {currency}, which is 1: leave it out"
            report(Fault(at(place, "rates", currency), message))
        elif _digits_of(rate) > MAX_EXCHANGE_DIGITS or rate >= MAX_AMOUNT:
            message = f"{rate} has too many digits: at most {MAX_EXCHANGE_DIGITS} after the point"
            report(Fault(at(place, "rates", currency), message))


def check_currency(currency: str, place: str, report: Report) -> None:
    """It is a currency that amounts can be counted in."""
    if currency not in MINOR_DIGITS:
        message = f"{quoted(currency)} is not a currency of ISO 4217{_similar_currency(currency)}"
        report(Fault(place, message))


def _similar_currency(currency: str) -> str:
    return did_you_mean(currency, tuple(MINOR_DIGITS)) or ", such as USD"


def check_money(amount: Decimal | None, currency: str | None, place: str, report: Report) -> None:
    """It is not negative, not absurd, and has no more digits than its currency."""
    if amount is None:
        return
    allowed = MINOR_DIGITS.get(currency or "", MAX_DIGITS)
    if amount.is_signed():
        report(Fault(place, f"{amount} is negative: an amount is at least 0"))
    elif amount >= MAX_AMOUNT:
        report(Fault(place, f"is too large an amount: less than {MAX_AMOUNT}"))
    elif _digits_of(amount) < 0:
        report(Fault(place, f"{amount} is short for an amount: write all its digits"))
    # Zero is zero in every currency, so that "0.00" is fine for yen.
    elif _digits_of(amount) > (allowed if amount else MAX_DIGITS):
        rule = f": {currency} has {allowed or 'no'} digits after the point" if currency else ""
        report(Fault(place, f"{amount} has too many digits{rule}"))


def check_rate(rate: Decimal | None, place: str, report: Report) -> None:
    """It has a sensible number of digits."""
    if rate is not None and _digits_of(rate) > MAX_RATE_DIGITS:
        report(Fault(place, f"{rate} has too many digits: at most {MAX_RATE_DIGITS}"))


def _digits_of(amount: Decimal) -> int:
    """How many digits are written after the point, zeros included."""
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _check_first_day(day: date, what: str, place: str, known: Known, report: Report) -> None:
    _check_era(day, place, report)
    if day > known.today:
        message = f"{day} is still to come: a {what} that hasn't begun cannot be imported"
        report(Fault(place, message))


def _check_era(day: date, place: str, report: Report) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        report(Fault(place, f"{day} is out of range: from {FIRST_DAY} to {LAST_DAY}"))
