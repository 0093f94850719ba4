-- From now on our transaction ids are newer than those that another server has stored.
update transaction_ids set ahead = ahead + stored_ids_ahead()
