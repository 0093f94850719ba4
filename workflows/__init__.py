"""Temporal workflows: *when* things happen. What happens is decided in `domain`.

Start with `story`: one upgrade, or one change by hand, from its order to its end.

- `story`: which step follows which stage. `PlanUpgrade` and `ChangePlan` share it.
- `messages/`: what can be sent to a run, and how it is answered.
- `steps/`: the table of steps, and how a run carries them out.
- `operators/`: what operators see of a run in the Temporal UI.
- `contract`, `search_attributes`: names and shapes that others rely on.
- `replay`, `replay_differences`: whether today's code can go on with runs that began before.
"""
