"""The base of every value of the domain, and the small types that all of them share."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from domain.values.countries import known_country

Billing = Literal["monthly", "annual"]
PaymentMethod = Literal["card", "invoice", "bank_transfer"]
Language = Literal["en", "zh-TW"]

Id = Annotated[
    str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$", strict=True)
]
"""An id of a service, plan, tenant, subscription or user: safe in URLs, Temporal ids and files."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", strict=True)]
"""An ISO 4217 code."""

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", strict=True), AfterValidator(known_country)]
"""An ISO 3166-1 alpha-2 code of a country that there is."""


def _refuse_floats(value: object) -> object:
    if isinstance(value, float | bool):
        raise ValueError(
            "a decimal must be a string such as '6.00', never a float: put it in quotes"
        )
    return value


MOST_DIGITS = 40
"""Of an amount before its point, and of zeros after it: enough for what is computed of any money."""


def _refuse_endless(amount: Decimal) -> Decimal:
    # Written out, 1e999999999 is a gigabyte.
    if abs(amount.adjusted()) > MOST_DIGITS or len(amount.as_tuple().digits) > 2 * MOST_DIGITS:
        raise ValueError(
            f"has too many digits: an amount has at most {MOST_DIGITS} before its point"
        )
    return amount


Amount = Annotated[
    Decimal,
    BeforeValidator(_refuse_floats),
    Field(allow_inf_nan=False),
    AfterValidator(_refuse_endless),
]
"""A decimal amount of money in its currency's major unit; JSON shows it as a string."""

Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A moment, always kept in UTC; JSON shows it as RFC 3339 with `Z`."""


CHANGE_PREFIX = "ch-"
"""What the id of a change by hand begins with."""

LAST_DAY = date(9000, 12, 31)
"""Of what can be asked for: later ones would run into the end of the calendar, year 9999."""


class Value(BaseModel):
    """An immutable value: equal by content, refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    @classmethod
    def of_any_version(cls, said: object) -> Self:
        """The value that code of any version wrote or sent: JSON as bytes, or what JSON was read as.

        What only newer code knows is left out, however deep it is; what older code did not write has
        its default. Not for what people write (a typo must be refused), nor for events (upcasters read
        those). Raises `ValidationError`.
        """
        if isinstance(said, bytes):
            return cls.model_validate_json(said, extra="ignore")
        return cls.model_validate(said, extra="ignore")


class Text(Value):
    """One sentence for people, in every language the service speaks."""

    en: str
    zh_tw: str = Field(validation_alias="zh-TW", serialization_alias="zh-TW")

    def in_language(self, language: Language) -> str:
        """The sentence in `language`."""
        match language:
            case "en":
                return self.en
            case "zh-TW":
                return self.zh_tw


def start_of_utc_second(at: datetime) -> datetime:
    """`at` in UTC without its fraction: deadlines are promised to people in whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0)
