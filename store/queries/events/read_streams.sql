-- The events of some streams, each stream from its first event to its last.
select stream, version, type, schema_version, data, metadata, recorded_at
from events
where stream = any($1::text[])
order by stream, version
