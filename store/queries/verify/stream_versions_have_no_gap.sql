-- The versions of a stream run 1..n without a gap, and n is the version the stream says it has
-- (promise 18).
select stream, s.version, e.events, e.last,
       (e.first = 1 and e.last = e.events and e.last = s.version) is not true as broken
from streams s
full join (
    select stream, count(*) as events, min(version) as first, max(version) as last
    from events
    group by stream
) as e using (stream)
