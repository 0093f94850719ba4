-- The constraints that make promises true under any race are there and valid.
select wanted.name as "constraint",
       not exists (
           select from pg_index i
           where i.indexrelid = to_regclass(wanted.name) and i.indisunique and i.indisvalid
           union all
           select from pg_constraint c
           where c.conname = wanted.name and c.contype = 'c' and c.convalidated
           union all
           select from pg_trigger t
           where t.tgname = wanted.name and t.tgenabled in ('O', 'A')
       ) as broken
from unnest(array[
    'one_open_upgrade_per_tenant', 'one_open_upgrade_per_subscription',
    'streams_pkey', 'events_stream_version_key', 'events_stream_command_id_command_index_key',
    'notices_upgrade_id_kind_key', 'invoices_pkey', 'invoices_upgrade_id_key',
    'credit_callbacks_pkey', 'credit_callbacks_keep_their_body',
    'assignments_pkey', 'moved_users_pkey', 'move_batches_pkey', 'moved_users_hold_a_license',
    'failed_users_pkey', 'users_to_move_pkey', 'users_to_move_stay', 'dropped_licenses_pkey',
    'targets_are_alive', 'who_stays_has_a_license', 'skipped_for_a_reason', 'subscriptions_with_users_stay',
    'outbox_notice_id_key', 'notices_go_out', 'deliveries_endpoint_id_notice_id_key',
    'settled_unless_pending',
    'opened_has_licenses_for_all', 'ended_has_no_users', 'closed_has_no_users',
    'admin_changes_wait_for_moves', 'capacity_is_kept',
    'ledger_balances', 'account_credit_is_booked', 'account_credit_is_never_negative',
    'account_credit_names_its_origin',
    'invoice_numbers_grow_by_one', 'invoices_have_the_number_just_taken',
    'numbers_have_an_invoice', 'void_numbers_are_just_taken',
    'credit_note_numbers_grow_by_one', 'numbers_have_a_credit_note', 'credit_notes_are_of_their_invoice',
    'credit_notes_upgrade_id_key',
    'assignments_added', 'assignments_removed', 'assignments_changed',
    'assignments_log_joins', 'assignments_log_leaves', 'assignments_log_switches'
]) as wanted (name)
