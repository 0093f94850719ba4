-- Where some upgrades are, and when the last thing happened to each.
--   $1 their ids
select u.upgrade_id, u.tenant_id, u.stage, last.recorded_at as changed_at
from upgrades u,
     lateral (select e.recorded_at from events e
              where e.stream = 'upgrade-' || u.upgrade_id
              order by e.version desc limit 1) last
where u.upgrade_id = any($1::text[])
