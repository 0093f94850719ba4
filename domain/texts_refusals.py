"""What a customer reads about a refusal: why not, and what to do about it (B4, B6-B20).

`refusal.<code>` is the reason and `remedy.<code>` the way out; where a code has several reasons
(`target_not_supported`), the reason's own name follows.
"""

from collections.abc import Mapping

REFUSAL_TEXTS: Mapping[str, tuple[str, str]] = {
    # B6
    "refusal.more_users_than_licenses": (
        "More licenses are assigned than you have purchased: {assigned} assigned, "
        "{licenses} purchased.",
        "已指派的授權多於您購買的授權：已指派 {assigned} 個，已購買 {licenses} 個。",
    ),
    "remedy.more_users_than_licenses": (
        "Resolve the license conflict: buy more licenses (missing: {missing}), unassign licenses, "
        "or delete users. Plans appear once it is resolved.",
        "請解決授權衝突：加購授權（尚缺 {missing} 個）、取消指派授權，或刪除使用者。"
        "解決之後即會列出可升級的方案。",
    ),
    # B7
    "refusal.not_fully_provisioned": (
        "The subscription {subscription} is not fully set up yet.",
        "訂閱 {subscription} 尚未佈建完畢。",
    ),
    "remedy.not_fully_provisioned": (
        "Wait a few hours until it is set up, and try again. If it still is not, contact support.",
        "請稍候數小時，待佈建完成後再試。如果仍未完成，請連絡支援人員。",
    ),
    # B8
    "refusal.service_incident": (
        "A service of this subscription is not healthy. Open incidents: {incidents}.",
        "此訂閱的服務目前狀況不佳。尚未解決的事件：{incidents}。",
    ),
    "remedy.service_incident": (
        "Wait until all services are healthy again, and try again in a few hours. "
        "If the problem remains, contact support.",
        "請等候所有服務恢復正常，並於數小時後再試。如果問題仍然存在，請連絡支援人員。",
    ),
    # B9
    "refusal.upgrade_in_progress": (
        "Another upgrade of your organization is in progress: {upgrades}.",
        "貴組織有另一項升級正在進行：{upgrades}。",
    ),
    "remedy.upgrade_in_progress": (
        "Wait until that upgrade has ended, or cancel it, and try again.",
        "請等候該項升級結束，或將其取消，然後再試。",
    ),
    # B10
    "refusal.credit_check_pending": (
        "Another upgrade of your organization is waiting for its credit check: {upgrades}.",
        "貴組織有另一項升級正在等候信用檢查：{upgrades}。",
    ),
    "remedy.credit_check_pending": (
        "Wait until the credit check has been completed. It can take up to "
        "{business_days} business days.",
        "請等候信用檢查完成。信用檢查最多可能需要 {business_days} 個工作天。",
    ),
    # B11
    "refusal.not_eligible": (
        "The subscription {subscription} is currently not eligible for an upgrade.",
        "訂閱 {subscription} 目前不符合升級資格。",
    ),
    "remedy.not_eligible": (
        "Change plans manually, or contact support.",
        "請手動變更方案，或連絡支援人員。",
    ),
    # B12
    "refusal.multiple_subscriptions_same_product": (
        "You have more than one subscription of the same product: {subscriptions}.",
        "您有多個相同產品的訂閱：{subscriptions}。",
    ),
    "remedy.multiple_subscriptions_same_product": (
        "Move all users to one of these subscriptions, cancel the others, and try again.",
        "請將所有使用者移至其中一個訂閱，取消其他訂閱，然後再試。",
    ),
    # B13
    "refusal.prepaid": (
        "The subscription {subscription} is prepaid by product key.",
        "訂閱 {subscription} 是以產品金鑰預付的訂閱。",
    ),
    "remedy.prepaid": (
        "Change plans manually, or contact support. You receive no credit for the unused time of "
        "the current subscription if you change before it ends.",
        "請手動變更方案，或連絡支援人員。如果您在目前訂閱到期之前變更，"
        "未使用的時間不會獲得任何折抵。",
    ),
    # B14
    "refusal.government_or_nonprofit": (
        "Government and nonprofit plans cannot be upgraded automatically "
        "(your organization: {segment}, the plan: {audience}).",
        "政府機構與非營利組織的方案無法自動升級（貴組織：{segment}，方案：{audience}）。",
    ),
    "remedy.government_or_nonprofit": (
        "Change plans manually, or contact support.",
        "請手動變更方案，或連絡支援人員。",
    ),
    "audience.commercial": ("commercial", "商業"),
    "audience.government": ("government", "政府機構"),
    "audience.nonprofit": ("nonprofit", "非營利組織"),
    # B15
    "refusal.temporarily_unavailable": (
        "The service is upgrading a high volume of plans right now.",
        "服務目前正在升級大量的方案。",
    ),
    "remedy.temporarily_unavailable": (
        "Wait, and try again in about {minutes} minutes.",
        "請稍候，約 {minutes} 分鐘後再試。",
    ),
    # B17
    "refusal.has_add_on": (
        "The subscription {subscription} has add-ons: {add_ons}.",
        "訂閱 {subscription} 具有附加元件：{add_ons}。",
    ),
    "remedy.has_add_on": (
        "Change plans manually; or remove the add-ons, upgrade, and add them back later.",
        "請手動變更方案；或先移除附加元件，升級之後再重新加入。",
    ),
    # B18
    "refusal.unpaid_balance": (
        "The subscription {subscription} has an unpaid balance of {balance_due}.",
        "訂閱 {subscription} 有未付款的餘額 {balance_due}。",
    ),
    "remedy.unpaid_balance": (
        "Pay the balance now. After the payment has been made, check again.",
        "請立即支付餘額。付款完成之後，請再次檢查。",
    ),
    # B19
    "refusal.subscription_not_active": (
        "The subscription {subscription} is {status}.",
        "訂閱 {subscription} {status}。",
    ),
    "remedy.subscription_not_active": (
        "Contact support to have it reactivated, or buy a new subscription.",
        "請連絡支援人員以重新啟用，或購買新的訂閱。",
    ),
    "status.suspended": ("suspended", "已暫停"),
    "status.expired": ("expired", "已到期"),
    "status.canceled": ("canceled", "已取消"),
    # B20
    "refusal.unknown": (
        "The subscription {subscription} cannot be upgraded, for a reason given by another system: "
        "{foreign_code}.",
        "訂閱 {subscription} 無法升級，原因由其他系統提供：{foreign_code}。",
    ),
    "remedy.unknown": (
        "Contact support and name this reason, or change plans manually.",
        "請連絡支援人員並告知此原因，或手動變更方案。",
    ),
    # B16, B2, B3
    "refusal.target_not_supported.lacks_data_services": (
        "{plan} lacks services in which your users keep data: {services}.",
        "{plan} 缺少使用者存有資料的服務：{services}。",
    ),
    "remedy.target_not_supported.lacks_data_services": (
        "Choose a plan that has {services}; or back up that data and change plans manually, "
        "or contact support.",
        "請選擇包含 {services} 的方案；或先備份這些資料再手動變更方案，或連絡支援人員。",
    ),
    "refusal.target_not_supported.lower_data_services": (
        "{plan} has a lower version of services in which your users keep data: {services}.",
        "{plan} 所含的下列服務版本較低，而使用者在其中存有資料：{services}。",
    ),
    "remedy.target_not_supported.lower_data_services": (
        "Choose a plan with the same or a higher version of {services}; or back up that data and "
        "change plans manually, or contact support.",
        "請選擇 {services} 版本相同或更高的方案；或先備份這些資料再手動變更方案，或連絡支援人員。",
    ),
    "refusal.target_not_supported.current_plan": (
        "{plan} is the plan you have.",
        "{plan} 就是您目前的方案。",
    ),
    "remedy.target_not_supported.current_plan": (
        "Choose another plan.",
        "請選擇其他方案。",
    ),
    "refusal.target_not_supported.not_sold": (
        "{plan} is not sold.",
        "{plan} 並未販售。",
    ),
    "remedy.target_not_supported.not_sold": (
        "Choose another plan.",
        "請選擇其他方案。",
    ),
    "refusal.target_not_supported.add_on": (
        "{plan} is an add-on, not a plan of its own.",
        "{plan} 是附加元件，不是獨立的方案。",
    ),
    "remedy.target_not_supported.add_on": (
        "Choose another plan; add-ons can be bought beside it.",
        "請選擇其他方案；附加元件可另外加購。",
    ),
    "refusal.target_not_supported.other_audience": (
        "{plan} is for another kind of customer: {audience}.",
        "{plan} 適用於其他類型的客戶：{audience}。",
    ),
    "remedy.target_not_supported.other_audience": (
        "Choose a plan for your kind of organization: {segment}.",
        "請選擇適用於貴組織類型的方案：{segment}。",
    ),
    "refusal.target_not_supported.no_price_in_currency": (
        "{plan} has no price in {currency}.",
        "{plan} 沒有以 {currency} 計價的價格。",
    ),
    "remedy.target_not_supported.no_price_in_currency": (
        "Choose a plan that is sold in {currency}.",
        "請選擇以 {currency} 計價的方案。",
    ),
    "refusal.target_not_supported.not_in_catalog": (
        "There is no plan {plan}.",
        "沒有 {plan} 這個方案。",
    ),
    "remedy.target_not_supported.not_in_catalog": (
        "Choose another plan: the options of the subscription list them.",
        "請選擇其他方案：訂閱的升級選項會列出可選的方案。",
    ),
    "refusal.target_not_supported.no_target": (
        "No plan that you can upgrade to keeps all the data-related services of {plan}.",
        "沒有任何可供升級的方案能保留 {plan} 的所有資料相關服務。",
    ),
    "remedy.target_not_supported.no_target": (
        "Change plans manually, or contact support.",
        "請手動變更方案，或連絡支援人員。",
    ),
}
