"""What a customer is notified of in the course of an upgrade (B62)."""

from collections.abc import Mapping

NOTICE_TEXTS: Mapping[str, tuple[str, str]] = {
    "notice.credit_check_required": (
        "Your upgrade to {plan_name} needs a credit check, which ends by {deadline}. "
        "Until your users are moved, they keep full access to the current plan.",
        "您升級至 {plan_name} 需要進行信用檢查，最遲於 {deadline} 完成。"
        "在移轉之前，使用者仍可完整存取目前的方案。",
    ),
    "notice.credit_check_declined": (
        "The credit check for your upgrade to {plan_name} was declined (reference {reference}). "
        "The upgrade has ended and nothing of your current plan has changed. "
        "You can order again with another payment method, or contact support.",
        "您升級至 {plan_name} 的信用檢查未獲核准（參考編號 {reference}）。"
        "此次升級已結束，您目前的方案沒有任何變更。"
        "您可以改用其他付款方式重新下單，或連絡支援人員。",
    ),
    "notice.credit_check_expired": (
        "The credit check for your upgrade to {plan_name} was not decided by {deadline}. "
        "The upgrade has ended and nothing of your current plan has changed. "
        "You can order again, also with another payment method, or contact support.",
        "您升級至 {plan_name} 的信用檢查未能在 {deadline} 之前完成。"
        "此次升級已結束，您目前的方案沒有任何變更。"
        "您可以重新下單（也可改用其他付款方式），或連絡支援人員。",
    ),
    "notice.upgrade_complete": (
        "Your upgrade to {plan_name} is complete. Users moved: {users}.",
        "您已完成升級至 {plan_name}。已移轉的使用者：{users} 位。",
    ),
    "notice.upgrade_delayed": (
        "Your upgrade to {plan_name} takes longer than expected; it should have been complete by "
        "{deadline}. It goes on without any action of yours, and your users can keep working.",
        "您升級至 {plan_name} 所需的時間比預期長，原訂於 {deadline} 之前完成。"
        "升級會繼續進行，您不需要採取任何動作，使用者也可以照常工作。",
    ),
    "notice.upgrade_canceled": (
        "Your upgrade to {plan_name} was canceled: {reason}. Your users have the plan and the "
        "settings they had before, and nothing is charged.",
        "您升級至 {plan_name} 的作業已取消：{reason}。"
        "使用者維持原有的方案與設定，且不會收取任何費用。",
    ),
    "notice.upgrade_undone": (
        "Your upgrade to {plan_name} could not be completed and was undone. Your users have the "
        "plan and the settings they had before, and nothing is charged. "
        "You can order again, or contact support (reference {reference}).",
        "您升級至 {plan_name} 的作業無法完成，已予復原。"
        "使用者維持原有的方案與設定，且不會收取任何費用。"
        "您可以重新下單，或連絡支援人員（參考編號 {reference}）。",
    ),
    "notice.upgrade_refused": (
        "Your scheduled upgrade to {plan_name} was refused: {reason} "
        "Nothing of your current plan has changed.",
        "您排定升級至 {plan_name} 的作業未能進行：{reason}您目前的方案沒有任何變更。",
    ),
    "notice.license_conflict": (
        "Your upgrade to {plan_name} has a license conflict: users without a license: {users}. "
        "Buy more licenses, unassign licenses, or delete users.",
        "您升級至 {plan_name} 時發生授權衝突：沒有授權的使用者有 {users} 位。"
        "請加購授權、取消指派授權，或刪除使用者。",
    ),
    "notice.invoice_issued": (
        "Invoice {invoice_number} for your upgrade to {plan_name} has been issued. Total: {total}. "
        "It includes the credit for your old subscription.",
        "您升級至 {plan_name} 的發票 {invoice_number} 已開立。總額：{total}。"
        "其中已包含舊訂閱的折抵金額。",
    ),
    "notice.switches_not_kept": (
        "All services of {plan_name} are on for every user. Users who had services switched off "
        "before: {users}. The list of these users lets you switch them off again.",
        "{plan_name} 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 {users} 位，"
        "您可以依清單重新關閉這些服務。",
    ),
}
