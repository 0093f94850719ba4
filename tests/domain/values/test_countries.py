"""Country codes: those of ISO 3166, wherever a file or a caller names one."""

import pytest
from babel import Locale

from domain.values.countries import COUNTRIES
from tests.api.test_world_reader import TODAY, a_document, faults_of
from tests.world_parsing import parse_world

NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
"""What CLDR has beside: islands and exclaves, unions, and codes to test with."""


def test_the_table_is_the_one_of_cldr() -> None:
    known: dict[str, str] = Locale("en").territories  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportAssignmentType]
    territories = {code for code in known if len(code) == 2 and code.isalpha()}
    assert territories - NO_COUNTRIES == COUNTRIES
    assert len(COUNTRIES) == 249 + 1


@pytest.mark.parametrize("code", ["ZZ", "EU", "UK", "XX"])
@pytest.mark.parametrize("place", ["country", "sold_to.country", "billed_to.country"])
def test_a_world_file_names_countries_that_there_are(code: str, place: str) -> None:
    path = f"tenants__0__{place.replace('.', '__')}"
    (fault,) = faults_of(a_document(**{path: code}))
    assert fault.place == f"tenants[0].{place}"
    assert fault.message.startswith(f'"{code}" is no country')


@pytest.mark.parametrize("code", ["XK", "AQ", "TW"])
def test_a_country_may_be_far_away_or_disputed(code: str) -> None:
    document = a_document(tenants__0__sold_to__country=code)
    assert parse_world(document, today=TODAY).tenants[0].sold_to.country == code
