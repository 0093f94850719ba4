-- Customers are reminded of what is open of an invoice that falls due, or is overdue: those are looked for
-- by the day they are due on, however many invoices there are (B65).
--
-- Deploy: before. An index; writes of invoices wait while it is made. Its events: as of 0021.

create index invoices_by_due_day on invoices ((body ->> 'due_on'));
