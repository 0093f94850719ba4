"""An order that was refused before its move names the command that orders its new quote."""

from typing import Any

import pytest

from api.terminal.text import SafeConsole
from api.terminal.upgrades import show_upgrade
from domain.quoting.meanwhile import stops_the_move
from domain.quoting.request import Going
from domain.upgrade.commands import StartMove
from domain.views.read_models import upgrade_view
from tests.domain.builders import a_subscription
from tests.domain.scenario import lived, state_of
from tests.domain.upgrades import WITH_TARGET, a_purchase, a_quote, later, place

BY_HAND = a_purchase(80, listed=False, users=80, old="canceled")


@pytest.mark.parametrize(
    ("asked", "going", "verb"), [({}, None, "upgrade"), (BY_HAND, Going(users=80), "change")]
)
def test_it_is_ordered_as_what_it_is(
    asked: dict[str, Any], going: Going | None, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hundred licenses were quoted, and there are 101 by then."""
    quote = a_quote(WITH_TARGET, **asked)
    refusals = stops_the_move(quote, a_subscription(licenses=101), going, "q-2")
    start = StartMove(at=later(hours=1), users=80, refusals=refusals)
    view = upgrade_view(state_of(lived([], place(WITH_TARGET, quote), start)))
    assert view.stage == "refused"
    console = SafeConsole(width=200, markup=False, emoji=False, highlight=False)
    show_upgrade(console, view, "en")
    assert f"starter.py {verb} contoso-basic --quote q-2" in capsys.readouterr().out
