-- The upgrades that subscription $1 was paid by, as far back as credit went, of which something is owed:
-- the last one first (B65).
select upgrade_id, subscription_id from open_sources_of($1) order by nth
