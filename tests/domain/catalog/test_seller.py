"""Whose invoice numbers a seller's are."""

import pytest

from domain.catalog.seller import Seller


@pytest.mark.parametrize(
    ("seller", "identity"),
    [
        (Seller(), "name:us plan upgrades"),
        (Seller(name="  Fabrikam  AG ", country="DE"), "name:de fabrikam ag"),
        (Seller(name="Fabrikam AG", registration="HRB 1"), "registration:hrb 1"),
        (Seller(name="Fabrikam AG", registration="HRB 1", tax_id="DE1"), "tax:de1"),
        (Seller(name="Fabrikam AG", tax_id="DE1", id="Europe"), "id:europe"),
        (Seller(name="Fabrikam AG", id=" ", tax_id="\t", country="DE"), "name:de fabrikam ag"),
    ],
)
def test_a_seller_is_known_by_what_changes_least(seller: Seller, identity: str) -> None:
    assert seller.identity == identity


def test_names_in_two_countries_are_two_sellers() -> None:
    sellers = [Seller(name="Fabrikam", country=country) for country in ("DE", "FR")]
    assert len({seller.identity for seller in sellers}) == 2


def test_no_kind_of_identity_can_be_mistaken_for_another() -> None:
    assert Seller(name="X", country="US").identity != Seller(name="Y", id="us x").identity
