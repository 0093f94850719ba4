"""What each promise of `verify` means, and what to do if it is broken.

A broken promise is one of four things: somebody wrote to the database past the service, a bug of
ours, a restore that is not finished, or a run that Temporal no longer has. Each promise says which
of them comes first.
"""

from collections.abc import Mapping
from typing import NamedTuple

_WRITTEN_PAST_US = (
    "No step of ours can do this. Find out who wrote to the database (the rows say when), stop them, "
    "and bring the rows back from a backup; then run verify again."
)
_RESTORE_SCHEMA = (
    "Somebody changed the schema. Compare it with a database that only the migrations have touched, "
    "and put back what is missing before anything else runs."
)
_REBUILD = (
    "The events are the truth: `starter.py rebuild` shows each row beside what its events come to. After "
    "new code was deployed, `starter.py rebuild --write` writes such rows anew; else keep the evidence "
    "first, and report a bug."
)
_RESUME = (
    "`starter.py resume UPGRADE`, or `starter.py resume --all`: that starts the run again where it is "
    "missing, and tells it to look where it stands elsewhere. It goes on from what the database says."
)
_CORRECT_THE_MONEY = (
    "Do not change a row: correct it by a booking of its own once you know why. Keep the evidence and "
    "report a bug; `starter.py explain UPGRADE` shows each amount with its events."
)
_LOOK_AT_THE_UPGRADE = (
    "Look at `starter.py events UPGRADE`. Retry the step if the run is parked; if the upgrade has "
    "ended, correct the licenses with `starter.py admin assign` and `unassign`, and report a bug."
)
_RELAY = (
    "See that a worker with WEBHOOK_RELAY=true runs and `starter.py watch` is quiet; what was not "
    "delivered is sent by `starter.py webhooks resend`."
)


class Promise(NamedTuple):
    """One promise, for people."""

    means: str
    what_to_do: str


PROMISES: Mapping[str, Promise] = {
    "account_credit_equals_the_ledger": Promise(
        "What is left of an account credit is not what the ledger says.", _CORRECT_THE_MONEY
    ),
    "admins_wait_for_moves": Promise(
        "An admin changed a subscription while an upgrade was moving its users.",
        _LOOK_AT_THE_UPGRADE,
    ),
    "amounts_follow_from_their_events": Promise(
        "An amount is not what its own formula and the events behind it come to.",
        _CORRECT_THE_MONEY,
    ),
    "anchored_events_are_unchanged": Promise(
        "The history differs from what was exported before: it was rewritten, or its end is missing.",
        "After a restore from an older backup this is expected for what came later: follow the "
        "runbook's restore drill. Otherwise somebody rewrote history: restore it from a backup.",
    ),
    "append_only_tables_refuse_changes": Promise(
        "A table that must never change could be changed.", _RESTORE_SCHEMA
    ),
    "closed_subscriptions_have_no_users": Promise(
        "A subscription that an admin canceled has users, billing or an upgrade.",
        "Unassign those users with `starter.py admin unassign`, then find out who assigned them.",
    ),
    "constraints_are_in_place": Promise(
        "A constraint that keeps promises under races is missing or not valid.", _RESTORE_SCHEMA
    ),
    "counters_equal_assignments": Promise(
        "A subscription's count of users is not what its users come to.", _WRITTEN_PAST_US
    ),
    "credit_deadlines_are_business_days": Promise(
        "A credit check's deadline is not the right number of business days later.",
        "The customer keeps the deadline that was told. Compare the calendar version in the event "
        "with the country's holidays, and report a bug.",
    ),
    "credit_is_within_what_was_paid": Promise(
        "A switch credited less than nothing, or more than was paid.", _CORRECT_THE_MONEY
    ),
    "credit_notes_take_back_their_invoices": Promise(
        "A credit note does not take back all of its invoice, or what is void was credited again.",
        _CORRECT_THE_MONEY,
    ),
    "credit_waits_for_its_source": Promise(
        "Account credit can be spent while something is owed of what it comes from.",
        _CORRECT_THE_MONEY,
    ),
    "effects_commit_with_their_cause": Promise(
        "An upgrade and its subscriptions do not tell the same story.", _WRITTEN_PAST_US
    ),
    "events_can_be_read": Promise(
        "A stored event cannot be read by this code.",
        "Deploy the version that wrote it, or one with an upcaster for it. If no version can read "
        "it, somebody changed it: bring the row back from a backup.",
    ),
    "followers_pass_nothing_uncommitted": Promise(
        "A follower has gone past events that were not committed yet, and may have missed some.",
        "Where a dump of another server was brought here, `starter.py migrate` mends it. Else move its "
        "checkpoint back to before the oldest transaction that was open then; what it "
        "repeats is recognized by the event's id.",
    ),
    "hash_chain_verifies": Promise(
        "An event was changed, or one is missing, after it was written.", _WRITTEN_PAST_US
    ),
    "invoice_numbers_have_no_gap": Promise(
        "A seller's invoice numbers do not run without a gap.",
        "An invoice was removed, or the counter was set back: bring them back from a backup. Numbers "
        "that a restore or a failover lost are void, not missing: the runbook says how they become so.",
    ),
    "invoices_are_not_overpaid": Promise(
        "More was paid for an upgrade than it costs.", _CORRECT_THE_MONEY
    ),
    "invoices_are_of_their_upgrade": Promise(
        "An invoice names another tenant, subscription or plan than its upgrade.", _WRITTEN_PAST_US
    ),
    "invoices_are_settled": Promise(
        "What an invoice says is due is not what the ledger says.", _CORRECT_THE_MONEY
    ),
    "invoices_say_what_was_switched": Promise(
        "An invoice differs from what billing switched by.", _CORRECT_THE_MONEY
    ),
    "leavers_are_noted": Promise(
        "The ledger of a move does not know that a user left, or says so of one who stayed.",
        _LOOK_AT_THE_UPGRADE,
    ),
    "ledger_balances": Promise("A booking does not sum to zero.", _WRITTEN_PAST_US),
    "lists_hold_who_was_quoted": Promise(
        "The list of a change by hand is not the one that was quoted.", _WRITTEN_PAST_US
    ),
    "locks_belong_to_moves": Promise(
        "A subscription is locked for an upgrade that is not moving its users.",
        "If that upgrade is open, retry it; the lock goes with its end. If it has ended, "
        "report a bug: until then admins cannot change this subscription.",
    ),
    "moved_users_hold_a_license": Promise(
        "A user who was moved holds no license.",
        "Give it back now: `starter.py admin assign SUBSCRIPTION USER`. Then look at "
        "`starter.py events UPGRADE` and report a bug.",
    ),
    "moves_are_recorded": Promise(
        "A batch of a move is not recorded as it happened.", _LOOK_AT_THE_UPGRADE
    ),
    "no_move_before_approval": Promise(
        "Users moved, or billing switched, before the way was clear.", _LOOK_AT_THE_UPGRADE
    ),
    "nobody_holds_old_and_new": Promise(
        "A user holds both the old license and the new one.",
        "Take the old one: `starter.py admin unassign SUBSCRIPTION USER`.",
    ),
    "nobody_is_left_behind": Promise(
        "Billing switched while users were still on the old plan.", _LOOK_AT_THE_UPGRADE
    ),
    "notices_arrive_in_order": Promise(
        "An endpoint was told of one upgrade in the wrong order.", _RELAY
    ),
    "notices_go_out_with_their_event": Promise(
        "A notice is not in the outbox, or something else is.", _WRITTEN_PAST_US
    ),
    "notices_reach_every_endpoint": Promise("A notice has no delivery to an endpoint.", _RELAY),
    "one_credit_decision_in_time": Promise(
        "A credit check ended twice, or by a decision that came too late.", _LOOK_AT_THE_UPGRADE
    ),
    "one_invoice_per_completed_upgrade": Promise(
        "A completed upgrade has no invoice in time or too many, or one was issued for nothing.",
        _CORRECT_THE_MONEY,
    ),
    "one_notice_per_upgrade_and_kind": Promise(
        "A customer was told the same thing twice.", _RESTORE_SCHEMA
    ),
    "one_open_upgrade_per_subscription": Promise(
        "A subscription has two open upgrades.", _RESTORE_SCHEMA
    ),
    "one_open_upgrade_per_tenant": Promise("A tenant has two open upgrades.", _RESTORE_SCHEMA),
    "one_switch_per_completed_upgrade": Promise(
        "Billing did not switch exactly once for a completed upgrade.", _CORRECT_THE_MONEY
    ),
    "one_upgrade_per_idempotency_key": Promise(
        "One idempotency key stands for two upgrades.", _RESTORE_SCHEMA
    ),
    "opened_subscriptions_are_as_ordered": Promise(
        "A subscription that an upgrade opened is not what was ordered.", _WRITTEN_PAST_US
    ),
    "opened_subscriptions_have_licenses_for_all": Promise(
        "A subscription that we opened has more users than licenses.",
        "Buy the missing licenses (`starter.py admin set-licenses`) or unassign users.",
    ),
    "orders_end_or_wait": Promise(
        "An upgrade is at a stage that nothing is known to end.", _RESUME
    ),
    "read_models_equal_their_events": Promise(
        "A row differs from what its events come to.", _REBUILD
    ),
    "refused_decisions_change_nothing": Promise(
        "A late or contradicting credit decision changed something.", _LOOK_AT_THE_UPGRADE
    ),
    "returned_users_have_their_switches": Promise(
        "A user who was moved back has other services switched off than before.",
        "`starter.py moved UPGRADE` says what was off before: switch it off again.",
    ),
    "rows_stay_with_their_tenant": Promise(
        "Something of an upgrade belongs to another tenant.", _WRITTEN_PAST_US
    ),
    "runs_that_go_on_have_an_order": Promise(
        "A run goes on, and the database does not know its order: an older backup was restored.",
        "`starter.py retry UPGRADE` places the order again if its quote is still there; `starter.py "
        "undo UPGRADE --reason WHY` gives it up.",
    ),
    "runs_show_the_stage_of_the_database": Promise(
        "The Temporal UI shows another stage than the database has.",
        "A run catches up at its next step. `starter.py resume UPGRADE` tells it to look at once, as "
        "after a restore.",
    ),
    "stream_versions_have_no_gap": Promise("An event is missing.", _WRITTEN_PAST_US),
    "switches_cost_no_more_than_shown": Promise(
        "A switch cost more than the dearer day of its quote.", _CORRECT_THE_MONEY
    ),
    "switches_cost_what_was_quoted": Promise(
        "A switch did not cost what its quote comes to on that day.", _CORRECT_THE_MONEY
    ),
    "tax_is_booked_at_its_rate": Promise(
        "What was booked as tax is not the tax on what was booked at that rate.", _CORRECT_THE_MONEY
    ),
    "undo_restores_subscriptions": Promise(
        "An upgrade that was given up did not bring everything back.", _LOOK_AT_THE_UPGRADE
    ),
    "upgrades_are_as_quoted": Promise(
        "An upgrade names another tenant, subscription or plan than its quote.", _WRITTEN_PAST_US
    ),
    "upgrades_begin_with_their_order": Promise(
        "An upgrade does not begin with an order on the quote that is kept.", _WRITTEN_PAST_US
    ),
    "upgrades_that_go_on_have_a_run": Promise(
        "An upgrade is open, and no run carries it on.", _RESUME
    ),
    "upgrades_that_have_ended_have_no_run": Promise(
        "An upgrade has ended, and its run has not.",
        "`starter.py resume UPGRADE` tells the run to look; it then ends as the database says.",
    ),
    "upgrades_have_the_id_of_their_key": Promise(
        "An upgrade's id does not follow from its tenant and key.", _WRITTEN_PAST_US
    ),
    "users_were_moved_or_joined": Promise(
        "A user holds a license that no move and no admin gave.", _LOOK_AT_THE_UPGRADE
    ),
    "waits_are_not_overdue": Promise(
        "An upgrade should have gone on more than a day ago.",
        "See that workers run (`starter.py watch`). If its run is gone, `starter.py resume UPGRADE` "
        "starts it again.",
    ),
}
"""By the name that `verify` reports."""
