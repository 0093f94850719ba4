"""What is public: a table of addresses, judged alike by every Python there is."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.integrations.addresses import DENIED_IPV4, DENIED_IPV6, GIVEN_OUT_IPV6, is_public
from tests.domain.integrations.address_cases import PRIVATE, PUBLIC, wrong

ROOT = Path(__file__).resolve().parents[3]
PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.1[123]*/bin/python3"))
"""Other releases, where there are some: the first of them took 192.0.0.192 as public."""


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_this_machine_or_its_networks_is_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("python", [Path(sys.executable), *PYTHONS], ids=str)
def test_every_release_of_python_judges_alike(python: Path) -> None:
    judged = subprocess.run(
        [python, "-m", "tests.domain.integrations.address_cases"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert wrong() == []


@pytest.mark.parametrize("text", ["", "hooks.example", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::g"])
def test_what_is_no_address_is_not_judged(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        is_public(text)


@any_of(st.one_of(*(st.ip_addresses(network=network) for network in DENIED_IPV4)))
def test_no_address_of_a_denied_network_is_public_however_it_is_wrapped(ip: object) -> None:
    assert not is_public(str(ip))
    for wrapped in (f"::ffff:{ip}", f"64:ff9b::{ip}", f"::{ip}", f"64:ff9b:1::{ip}"):
        assert not is_public(wrapped)


@any_of(st.ip_addresses(v=6))
def test_an_address_that_was_never_given_out_is_public_only_for_the_one_it_stands_for(
    ip: object,
) -> None:
    text = str(ip)
    if is_public(text):
        stands_for_another = text.startswith(("::ffff:", "64:ff9b::"))
        assert ip in GIVEN_OUT_IPV6 or stands_for_another
        assert not any(ip in network for network in DENIED_IPV6)
