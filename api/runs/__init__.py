"""The runs of upgrades in Temporal: asking them, finding those that stand still, and starting them again."""
