-- What stood in the store when the anchors were read stands there still: no stream has lost its end,
-- however well the rest fits together (promise 19).
--   $1 stream to {version, hash}
select a.key as stream, (a.value ->> 'version')::integer as version, e.hash,
       e.hash is distinct from a.value ->> 'hash' as broken
from jsonb_each($1::jsonb) a
left join events e on e.stream = a.key and e.version = (a.value ->> 'version')::integer
