"""What people look at: read models as functions of a history, and the notices customers get."""
