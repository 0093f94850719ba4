-- Under which key a quote was ordered without a key of the order's own; no row if it never was (B66).
-- Older code gave such an order a number after others on the quote had ended without a switch: "quote/1".
-- The first of them is the one that a repeat means.
--   $1 the quote's id
select o.key
from upgrades u
join events e on e.stream = 'upgrade-' || u.upgrade_id and e.version = 1
cross join lateral (select e.data #>> '{order,idempotency_key}' as key) o
where u.quote_id = $1
  and (o.key = $1 or starts_with(o.key, $1 || '/') and substr(o.key, length($1) + 2) ~ '^[0-9]+$')
order by e.recorded_at, e.global_position
limit 1
