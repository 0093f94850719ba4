-- No account credit is left while something is owed of what it comes from: it pays that first (B65).
-- What older code let be spent at once stays so, and what was paid of an invoice that is void comes from no
-- subscription.
select c.upgrade_id, c.tenant_id, c.currency, c.remaining_minor,
       source.upgrade_id as owed_for, source.open_minor, source.upgrade_id is not null as broken
from account_credits c
join upgrades u using (upgrade_id)
left join lateral (
    select * from open_sources_of(u.subscription_id) order by nth limit 1
) as source on true
where c.remaining_minor > 0
  and not exists (select from credit_notes n where n.upgrade_id = c.upgrade_id)
  and not exists (select from credits_before_sources b where b.upgrade_id = c.upgrade_id)
