-- When the oldest notice was written that follower $1 has not come to; null where there is none.
select min(n.created_at)
from outbox o
join notices n using (notice_id)
where o.transaction_id > coalesce((select transaction_id from followers where name = $1), '0')
