-- What was ordered, and where the upgrade is now.
--   $1 the upgrade's id
select u.stage,
       jsonb_build_object('stream', e.stream, 'version', e.version, 'type', e.type,
                          'schema_version', e.schema_version, 'data', e.data,
                          'metadata', e.metadata, 'recorded_at', e.recorded_at) as placed
from upgrades u
join events e on e.stream = 'upgrade-' || u.upgrade_id and e.version = 1
where u.upgrade_id = $1
