-- Every notice is in the outbox once, in the transaction of the event that it tells of, and nothing
-- else is (promise 22).
select coalesce(n.notice_id, o.notice_id) as notice_id, o.transaction_id::text as transaction_id,
       n.notice_id is null or o.notice_id is null
       or n.tenant_id <> o.tenant_id or n.upgrade_id <> o.upgrade_id
       or not exists (
           select from events e
           where e.stream = 'upgrade-' || o.upgrade_id and e.transaction_id = o.transaction_id
       ) as broken
from notices n
full join outbox o using (notice_id)
