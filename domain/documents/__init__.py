"""What is printed or explained: the invoice as data, e-invoices, and why an amount is what it is."""
