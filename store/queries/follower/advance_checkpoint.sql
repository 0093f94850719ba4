-- Follower $1 has handled everything up to ($2, $3).
update followers
set transaction_id = $2::text::xid8, global_position = $3
where name = $1
