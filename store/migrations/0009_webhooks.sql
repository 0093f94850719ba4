-- Notices go out: every notice to every endpoint of its tenant, by webhook.
--
-- * `outbox` says which notices go out, in which order. A trigger writes a notice's row, so in the
--   notice's own transaction: one commits with the other, whoever inserts it (promise 22).
--   `position` orders the notices of one upgrade, whose steps exclude each other.
-- * `webhook_endpoints` says where a tenant wants to be told. `transaction_id` is when it began to
--   listen: it is sent every notice of a later transaction, and none of an earlier one. `lease`
--   belongs to the relay process that sends to it now: a killed one lets go by time.
-- * `deliveries` is one notice for one endpoint, filled in by a follower of the store. `pending`
--   becomes `delivered`, or `dead` once all attempts have failed; an operator can make either
--   `pending` again. `settled_at` is when it first was no longer pending, and never changes: by it,
--   the order within an upgrade can be checked.

create table outbox (
    position       bigint generated always as identity primary key,
    notice_id      text not null unique references notices,
    upgrade_id     text not null,
    tenant_id      text not null,
    transaction_id xid8 not null default pg_current_xact_id()
);

create index outbox_of_transaction on outbox (transaction_id);

create trigger outbox_stays before update or delete on outbox
    for each row execute function refuse_change();
create trigger outbox_is_not_truncated before truncate on outbox
    for each statement execute function refuse_change();

create function send_notice() returns trigger language plpgsql as $$
begin
    insert into outbox (notice_id, upgrade_id, tenant_id)
    values (new.notice_id, new.upgrade_id, new.tenant_id);
    return null;
end
$$;

create trigger notices_go_out after insert on notices
    for each row execute function send_notice();

create table webhook_endpoints (
    endpoint_id    text primary key,
    tenant_id      text not null references tenants,
    url            text not null,
    secret         text not null,
    created_at     timestamptz not null default clock_timestamp(),
    transaction_id xid8 not null default pg_current_xact_id(),
    gone_at        timestamptz,
    removed_at     timestamptz,
    lease          uuid,
    leased_until   timestamptz
);

create unique index one_endpoint_per_tenant_and_url on webhook_endpoints (tenant_id, url)
    where removed_at is null;

create table deliveries (
    delivery_id     bigint generated always as identity primary key,
    endpoint_id     text not null references webhook_endpoints,
    notice_id       text not null references notices,
    upgrade_id      text not null,
    position        bigint not null references outbox,
    state           text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    attempts        integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    last_attempt_at timestamptz,
    last_status     integer,
    last_error      text,
    settled_at      timestamptz,
    unique (endpoint_id, notice_id),
    constraint settled_unless_pending check (state = 'pending' or settled_at is not null)
);

create index deliveries_waiting on deliveries (endpoint_id, upgrade_id, position)
    where state = 'pending';
create index deliveries_due on deliveries (endpoint_id, next_attempt_at) where state = 'pending';
create index deliveries_dead on deliveries (settled_at) where state = 'dead';
