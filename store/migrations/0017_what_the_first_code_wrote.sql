-- What code of before migration 5 left behind, brought into the shape that everything since has. It
-- changes nothing where such code has never run.

-- Moves from before the table of batches (migration 11) have their batches in events alone.
insert into move_batches (
    upgrade_id, batch, old_subscription_id, new_subscription_id, users, moved_at
)
select u.upgrade_id, (e.data ->> 'batch')::integer, u.subscription_id,
       u.view ->> 'new_subscription_id', (e.data ->> 'users')::integer, (e.data ->> 'at')::timestamptz
from events e
join upgrades u on e.stream = 'upgrade-' || u.upgrade_id
where e.type = 'UsersMoved' and not e.data ? 'remaining'
on conflict do nothing;

-- Notices from before the outbox (migration 9). Endpoints are all newer, so none of them is sent.
insert into outbox (notice_id, upgrade_id, tenant_id, transaction_id)
select n.notice_id, n.upgrade_id, n.tenant_id, min(e.transaction_id::text::bigint)::text::xid8
from notices n
join events e on e.stream = 'upgrade-' || n.upgrade_id and (e.data ->> 'at')::timestamptz = n.created_at
where not exists (select from outbox o where o.notice_id = n.notice_id)
group by 1, 2, 3
order by min(e.global_position);

-- All invoices were of one sequence then. It goes on as that of the seller, by the identity that
-- `domain.seller` gives one, unless this seller has begun another.
do $$
declare
    seller    jsonb := (select body -> 'seller' from policy);
    the_first constant text := 'plan-upgrades';
    identity  text;
begin
    select kind || ':' || lower(regexp_replace(trim(said), '\s+', ' ', 'g')) into identity
    from (values
        (1, 'id', seller ->> 'id'),
        (2, 'tax', seller ->> 'tax_id'),
        (3, 'registration', seller ->> 'registration'),
        (4, 'name', concat(seller ->> 'country', ' ', seller ->> 'name'))
    ) as named (nth, kind, said)
    where trim(coalesce(said, '')) <> ''
    order by nth
    limit 1;
    if identity is null
        or not exists (select from invoice_numbers n where n.seller = the_first)
        or exists (select from invoice_numbers n where n.seller = identity) then
        return;
    end if;
    alter table invoices disable trigger user;
    alter table invoice_numbers disable trigger user;
    update invoices i set seller = identity where i.seller = the_first;
    update invoice_numbers n set seller = identity where n.seller = the_first;
    alter table invoices enable trigger user;
    alter table invoice_numbers enable trigger user;
end
$$;
