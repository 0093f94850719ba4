-- Users whom a move could not take along, in the order of their ids, after user $2.
--   $3 rows at most
select user_id, code, note, attempts, failed_at, skipped_at, skipped_why
from failed_users
where upgrade_id = $1 and user_id > $2
order by user_id
limit $3
