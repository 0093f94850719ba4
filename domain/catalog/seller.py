"""Who sells, and therefore stands on every invoice."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.catalog.customer import Address
from domain.values.base import Country

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def _require_iban(iban: str) -> str:
    """ISO 13616: with its first four signs at the end, and A for 10 and so on, it is 1 modulo 97."""
    if iban and not _IBAN.fullmatch(iban):
        raise ValueError(f"{iban!r} is not an IBAN: write its letters and digits without spaces")
    if iban and int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 != 1:
        raise ValueError(f"{iban!r} has wrong check digits: compare it with what the bank says")
    return iban


def _require_bic(bic: str) -> str:
    if bic and not _BIC.fullmatch(bic):
        raise ValueError(f"{bic!r} is not a BIC: write its 8 or 11 letters and digits")
    return bic


Iban = Annotated[str, AfterValidator(_require_iban)]
"""A bank account."""

Bic = Annotated[str, AfterValidator(_require_bic)]
"""A bank, by its ISO 9362 code."""


class Seller(Address):
    """The one who sells the plans. An empty text is one that invoices leave out."""

    name: Annotated[str, Field(min_length=1)] = "Plan Upgrades"
    country: Country = "US"
    id: str = ""
    """Keeps one sequence of invoice numbers where anything else of the seller may change."""
    registration: str = ""
    """In a register of companies."""
    email: str = ""
    phone: str = ""
    iban: Iban = ""
    """Where customers transfer money to."""
    bic: Bic = ""

    @property
    def identity(self) -> str:
        """Whose invoice numbers these are: the same text, the same gapless sequence (B54).

        It is the `id` where the seller has one; else what the law knows it by, its tax id or its
        registration; else country and name. How these are spaced and cased does not matter.
        """
        for kind, said in (
            ("id", self.id),
            ("tax", self.tax_id),
            ("registration", self.registration),
            ("name", f"{self.country} {self.name}"),
        ):
            if plain := " ".join(said.split()).casefold():
                return f"{kind}:{plain}"
        raise AssertionError("every seller has a name")
