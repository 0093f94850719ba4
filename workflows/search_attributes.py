"""The search attributes of every run: what operators find runs by. Rename none."""

from temporalio.common import SearchAttributeKey

STAGE = SearchAttributeKey.for_keyword("UpgradeStage")
TENANT = SearchAttributeKey.for_keyword("UpgradeTenant")
SUBSCRIPTION = SearchAttributeKey.for_keyword("UpgradeSubscription")
TARGET_PLAN = SearchAttributeKey.for_keyword("UpgradeTargetPlan")
DEADLINE = SearchAttributeKey.for_datetime("UpgradeDeadline")
USERS = SearchAttributeKey.for_int("UpgradeUsers")
ALERT = SearchAttributeKey.for_keyword("UpgradeAlert")
SEARCH_ATTRIBUTES = (STAGE, TENANT, SUBSCRIPTION, TARGET_PLAN, DEADLINE, USERS, ALERT)
