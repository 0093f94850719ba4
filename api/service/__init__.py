"""What callers can ask and order, each one method. Every door calls it; it calls the store and the runs."""
