-- What stood in the store when the anchors were read stands there still: no stream was rewritten or has
-- lost its end, however well the rest fits together (promise 19).
--   $1 [{stream, version, hash}]
select a.stream, a.version, a.hash as anchored, e.hash, e.hash is distinct from a.hash as broken
from jsonb_to_recordset($1::jsonb) as a (stream text, version integer, hash text)
left join events e on e.stream = a.stream and e.version = a.version
