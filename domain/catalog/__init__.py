"""What is sold and to whom: plans, tenants and their subscriptions, the seller, the policy. Start at `facts`."""
