-- The catalog, the policy and the open incidents, as they are stored; the policy is null before the
-- first file.
select jsonb_build_object(
    'services', coalesce((select jsonb_object_agg(service_id, body) from services), '{}'),
    'plans', coalesce((select jsonb_object_agg(plan_id, body) from plans), '{}'),
    'policy', (select body from policy),
    'incidents', coalesce((
        select jsonb_agg(jsonb_build_array(service_id, reference))
        from incidents
        where closed_at is null
    ), '[]')
) as stored
