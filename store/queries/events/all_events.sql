-- Every event, stream by stream, each from its first event to its last.
select stream, version, type, schema_version, data, metadata, recorded_at
from events
order by stream, version
