-- No follower has gone past a transaction that was still running: what it has seen is older than
-- everything that runs now (promise 21).
select name, transaction_id::text as transaction_id, global_position,
       transaction_id >= oldest_running() as broken
from followers
