-- Follower $1 begins before the first event, unless it has begun already.
insert into followers (name, transaction_id, global_position)
values ($1, '0', 0)
on conflict (name) do nothing
