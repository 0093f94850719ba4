-- What an account credit comes from, as far back as credit has paid for it, and what of that is still owed:
-- no credit can be spent while it is (B65).
--
-- * An upgrade's new subscription was paid with the credit from the old one, and that may have been opened
--   by an upgrade too: `open_sources_of` walks back along them. Where no credit went over it ends.
-- * What was credited before is in `credits_before_sources`: older code let it be spent at once, and nobody
--   takes it back.
--
-- Deploy: before. A table and a function of their own.

create function open_sources_of(of_subscription text)
returns table (nth integer, upgrade_id text, subscription_id text, open_minor bigint)
language sql stable as $$
    with recursive source as (
        select 1 as nth, u.upgrade_id, u.subscription_id
        from subscriptions s
        join upgrades u on u.upgrade_id = s.opened_by
        where s.subscription_id = of_subscription
        union all
        select before.nth + 1, u.upgrade_id, u.subscription_id
        from source before
        join subscriptions s on s.subscription_id = before.subscription_id
        join upgrades u on u.upgrade_id = s.opened_by
        where exists (
            select from ledger_entries l
            where l.upgrade_id = before.upgrade_id
              and l.booking = 'switch' and l.account = 'receivable' and l.amount_minor < 0
        )
    )
    select source.nth, source.upgrade_id, source.subscription_id, owed.minor
    from source
    cross join lateral (
        select sum(l.amount_minor)::bigint as minor
        from ledger_entries l
        where l.upgrade_id = source.upgrade_id and l.account = 'receivable'
    ) owed
    where owed.minor > 0
      -- Nobody knows whether those were paid.
      and not exists (
          select from invoices_before_payments b where b.upgrade_id = source.upgrade_id
      )
    order by source.nth
$$;

create table credits_before_sources (
    upgrade_id      text primary key,
    remaining_minor bigint not null
);
insert into credits_before_sources select upgrade_id, remaining_minor from account_credits where remaining_minor > 0;
create trigger credits_before_sources_stay before update or delete on credits_before_sources
    for each row execute function refuse_change();
create trigger credits_before_sources_are_not_truncated before truncate on credits_before_sources
    for each statement execute function refuse_change();
