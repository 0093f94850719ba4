"""Keeps what operators see of a run up to date: the text on its page, and its search attributes."""

from collections.abc import Mapping
from typing import Any

from temporalio import workflow

from domain.views.read_models import UpgradeView
from workflows import contract
from workflows.operators.attributes import show, show_alert, show_rejected
from workflows.operators.details import details_of, details_of_rejected, details_of_unrecorded


class Display:
    """What operators see of one run."""

    def __init__(self) -> None:
        """Nothing is shown yet but what the start has set."""
        self._credit_service = ""
        self._note = ""

    def upgrade(self, view: UpgradeView, before: UpgradeView | None) -> None:
        """Show the upgrade as it stands; `before` is what was shown last, if anything was."""
        if view.stage != "awaiting_credit_check":
            self._credit_service = ""
        self._details(view)
        show(view, before)

    def credit_service(self, how_it_stands: str, view: UpgradeView) -> None:
        """Say how the credit service stands, as Markdown."""
        self._credit_service = how_it_stands
        self._details(view)

    def note(self, what: str, view: UpgradeView) -> None:
        """Say what somebody asked for in vain."""
        self._note = what
        self._details(view)

    def rejected(self, message: str, known: Mapping[str, Any] | None) -> None:
        """Say why the order was rejected; `known` is what its quote says of it, if it was looked up."""
        workflow.set_current_details(details_of_rejected(message))
        if known is not None:
            show_rejected(known)

    def parked_unrecorded(
        self, upgrade_id: str, view: UpgradeView | None, step: str, cause: str
    ) -> None:
        """Say that the run is parked, as Postgres does not know."""
        workflow.set_current_details(details_of_unrecorded(upgrade_id, view, step, cause))
        show_alert(contract.UNRECORDED)

    def goes_on(self, view: UpgradeView | None) -> None:
        """Take that back: the run goes on."""
        show_alert(view and view.alert)
        if view is not None:
            self._details(view)

    def order_lost(self) -> None:
        """Forget what was said of an order that the database does not know any more."""
        self._credit_service = ""

    def _details(self, view: UpgradeView) -> None:
        workflow.set_current_details(details_of(view, self._credit_service, self._note))
