"""What a customer reads about changing plans by hand (B59)."""

from collections.abc import Mapping

OPTIONS_TEXTS: Mapping[str, tuple[str, str]] = {
    "manual.buy_plan": (
        "Buy the plan you want to change to, with a license for every user "
        "(licenses needed: {licenses}).",
        "購買您要變更的方案，並確保每位使用者都有授權（需要 {licenses} 個授權）。",
    ),
    "manual.check_subscriptions": (
        "Check that {subscription} and the new subscription are both active, and that the new one "
        "has enough licenses (needed: {licenses}).",
        "確認 {subscription} 與新訂閱都在使用中，且新訂閱的授權數目足夠（需要 {licenses} 個）。",
    ),
    "manual.move_users": (
        "Back up the data of any service that the new plan lacks, then move the users of "
        "{subscription} to the new subscription (users: {users}).",
        "先備份新方案所缺服務中的資料，再將 {subscription} 的使用者移至新訂閱（使用者：{users} 位）。",
    ),
    "manual.cancel_subscription": (
        "Cancel {subscription} once no user holds a license of it.",
        "當 {subscription} 的授權不再指派給任何使用者時，取消該訂閱。",
    ),
}
