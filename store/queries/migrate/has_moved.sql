-- Whether transaction ids are stored that this server has not come to: those of another one's dump.
select coalesce(stored_ids_ahead() > 0, false)
