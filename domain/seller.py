"""Who sells, and therefore stands on every invoice."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.customer import Address
from domain.values import Country

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
    registration: str = ""
    """In a register of companies."""
    email: str = ""
    phone: str = ""
    iban: Iban = ""
    """Where customers transfer money to."""
    bic: Bic = ""
