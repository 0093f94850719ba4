-- The rate at which tax was charged with what older code has imported (B63). It kept none, and the table of rates
-- may change: so what the table says now for each tenant is kept, as the nearest there is to the day of the
-- import. Everybody paid the table's rate then: there was no reverse charge (B68).
--
-- * A `tax_rate` of the world file is of its subscription and comes first.
-- * Nothing here is ever changed.
--
-- Deploy: before. A table of its own.

create table rates_before_tax (
    tenant_id text    primary key,
    tax_rate  numeric not null check (tax_rate >= 0 and tax_rate < 1)
);
insert into rates_before_tax (tenant_id, tax_rate)
select t.tenant_id, coalesce((p.body -> 'tax' ->> (t.body #>> '{sold_to,country}'))::numeric, 0)
from tenants t
left join policy p on true
where exists (
    select from subscriptions s
    where s.tenant_id = t.tenant_id and s.tax_rate is null and s.opened_by is null
);
create trigger rates_before_tax_stay before update or delete on rates_before_tax
    for each row execute function refuse_change();
create trigger rates_before_tax_are_not_truncated before truncate on rates_before_tax
    for each statement execute function refuse_change();
