"""An order that was refused before its move names the command that orders its new quote."""

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


def test_a_change_names_the_command_that_orders_its_new_quote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A hundred licenses were quoted, and there are 101 by then."""
    quote = a_quote(WITH_TARGET, **BY_HAND)
    refusals = stops_the_move(quote, a_subscription(licenses=101), Going(users=80), "q-2")
    start = StartMove(at=later(hours=1), users=80, refusals=refusals)
    view = upgrade_view(state_of(lived([], place(WITH_TARGET, quote), start)))
    assert view.stage == "refused"
    console = SafeConsole(width=200, markup=False, emoji=False, highlight=False)
    show_upgrade(console, view, "en")
    assert "starter.py change contoso-basic --quote q-2" in capsys.readouterr().out
