-- Every event's hash is that of its content and of the event before it, and the last one is the
-- stream's (promise 19). A changed or removed event shows.
select e.stream, e.version,
       (e.previous_hash = lag(e.hash, 1, '') over following
        and e.hash = event_hash(
            e.previous_hash, e.stream, e.version, e.type, e.schema_version, e.data, e.metadata
        )
        and (lead(e.version) over following is not null or e.hash = s.hash)) is not true as broken
from events e
left join streams s using (stream)
window following as (partition by e.stream order by e.version)
