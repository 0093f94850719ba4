-- Note a callback of the credit service, and answer with the hash of the body that its id first
-- came with: the very same for a new one and for a repeat.
--   $1 its id, $2 the upgrade that it is about, $3 the hash of its body
insert into credit_callbacks as known (callback_id, upgrade_id, body_hash)
values ($1, $2, $3)
on conflict (callback_id) do update set times = known.times + 1
returning body_hash
