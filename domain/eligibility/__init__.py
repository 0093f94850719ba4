"""Who may upgrade, and to which plan: tables of rules, each with its refusal and remedy. Start at `subscription_rules`."""
