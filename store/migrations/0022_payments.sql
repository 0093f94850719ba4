-- Invoices are paid, by their tenants or by credit from the subscription that they are for, and account
-- credit is paid out (B65).
--
-- * A payment is a booking of its own: `payment` of an invoice, `settlement` by credit before the invoice
--   is out, `payout` of account credit. What is owed for an upgrade is its balance on `receivable`.
-- * A payment's `reference` stands for one payment of a tenant: the index says so under any race.
-- * Nobody knows which invoices from before this migration were paid. They are in
--   `invoices_before_payments`, and are never overdue.
--
-- Deploy: before. Code of before books none of it, and leaves `reference` empty.

alter table ledger_entries add column reference text;
alter table ledger_entries drop constraint ledger_entries_booking_check;
alter table ledger_entries add constraint ledger_entries_booking_check
    check (booking in ('switch', 'invoice', 'settlement', 'payment', 'payout'));
create unique index one_payment_per_reference on ledger_entries (tenant_id, booking, reference)
    where reference is not null;

create table invoices_before_payments (
    upgrade_id text primary key,
    number     text not null
);
insert into invoices_before_payments select upgrade_id, number from invoices;
create trigger invoices_before_payments_stay before update or delete on invoices_before_payments
    for each row execute function refuse_change();
create trigger invoices_before_payments_are_not_truncated before truncate on invoices_before_payments
    for each statement execute function refuse_change();
