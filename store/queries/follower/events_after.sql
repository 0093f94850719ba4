-- The next $3 events after ($1, $2) in the order of commits, up to where nothing can come in between
-- any more: below the oldest transaction that still runs.
select global_position, stream, version, type, schema_version, data, metadata, recorded_at,
       transaction_id::text as transaction_id
from events
where (transaction_id, global_position) > ($1::text::xid8, $2::bigint)
  and transaction_id < oldest_running()
order by events.transaction_id, global_position
limit $3
