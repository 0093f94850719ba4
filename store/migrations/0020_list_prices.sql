-- What plans have cost, and since when: a billing cycle keeps the price that was in force as it began,
-- whatever the list says later (B64).
--
-- * Nothing here is ever changed: a new price is a new row.
-- * What plans cost before this table was there is not known: today's price stands for all that time.
-- * Code of before writes no rows here. If one of its files changes a price, the next file of newer code
--   notes it.
--
-- Deploy: before. It is a table of its own.

create table plan_prices (
    position bigint generated always as identity primary key,
    plan_id  text        not null,
    since    timestamptz not null,
    prices   jsonb       not null
);
create index plan_prices_of_plan on plan_prices (plan_id, position);
create trigger plan_prices_stay before update or delete on plan_prices
    for each row execute function refuse_change();
create trigger plan_prices_are_not_truncated before truncate on plan_prices
    for each statement execute function refuse_change();

insert into plan_prices (plan_id, since, prices)
select plan_id, '1970-01-01T00:00:00Z', coalesce(body -> 'prices', '[]') from plans;
