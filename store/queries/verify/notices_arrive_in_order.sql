-- To one endpoint, the notices of one upgrade are settled in the order they were written in (B62).
-- By the moment each was settled first: what an operator sends again comes later.
select d.delivery_id, d.endpoint_id, d.upgrade_id, d.position, d.settled_at,
       o.notice_id is null or o.position <> d.position or o.upgrade_id <> d.upgrade_id
       or d.settled_at is not null and exists (
           select from deliveries earlier
           where earlier.endpoint_id = d.endpoint_id and earlier.upgrade_id = d.upgrade_id
             and earlier.position < d.position
             and coalesce(earlier.settled_at, 'infinity') > d.settled_at
       ) as broken
from deliveries d
left join outbox o using (notice_id)
