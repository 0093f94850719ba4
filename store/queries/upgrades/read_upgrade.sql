-- One upgrade as its history tells it, and its two subscriptions as they stand. Their own histories
-- may be long (every license that an admin ever assigned), so their rows, which follow from those
-- histories, are read instead. The subscription that users move to by hand is named in the order.
--   $1 stream of the upgrade, $2 prefix of subscriptions' streams, $3 ids of the subscriptions
select
    coalesce((
        select jsonb_agg(to_jsonb(e) order by e.version)
        from (
            select stream, version, type, schema_version, data, metadata, recorded_at
            from events
            where stream = $1
        ) as e
    ), '[]') as events,
    coalesce((
        select jsonb_object_agg(s.subscription_id, jsonb_build_object(
            'version', own.version, 'state', subscription_state_json(s)))
        from subscriptions s
        join streams own on own.stream = $2 || s.subscription_id
        where s.subscription_id = any($3::text[] || array(
            select placed.data #>> '{quote,request,change,into}'
            from events placed
            where placed.stream = $1 and placed.version = 1
        ))
    ), '{}') as subscriptions
