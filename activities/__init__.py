"""Steps: what makes a decision true, one method each, and the ports to the outside world."""
