"""The command line's own words in both languages; what the service says has its own tables."""

from domain.values import Language

_WORDS: dict[str, tuple[str, str]] = {
    "can_be_upgraded": ("can be upgraded", "可以升級"),
    "cannot_be_upgraded": ("cannot be upgraded now", "目前無法升級"),
    "why_not": ("Why not, and what to do", "原因與處理方式"),
    "temporary": ("for now", "暫時"),
    "permanent": ("until it is changed", "需要處理"),
    "retry_after": ("try again after", "可於此時間後重試："),
    "plan": ("Plan", "方案"),
    "month": ("a month", "每月"),
    "year": ("a year", "每年"),
    "per_license": ("per license, in", "每個授權，幣別"),
    "gained": ("Gained", "新增服務"),
    "lost": ("Lost", "失去服務"),
    "credit_check": ("Credit check", "信用檢查"),
    "needed": ("yes", "需要"),
    "not_needed": ("no", "不需要"),
    "moves_in": ("users move within {minutes} min", "使用者約 {minutes} 分鐘內移轉完成"),
    "not_offered": ("Not offered", "不提供的方案"),
    "not_offered_short": ("Not offered (why: --all)", "不提供的方案（原因：--all）"),
    "as_above": ("for the reasons above", "原因如上"),
    "by_hand": ("By hand instead", "改為手動變更"),
    "quote": ("Quote", "報價"),
    "valid_until": ("valid until", "有效期限"),
    "from_day": ("from {day}", "自 {day} 起"),
    "licenses": ("{count} licenses", "{count} 個授權"),
    "monthly": ("monthly", "按月"),
    "annual": ("annual", "按年"),
    "sold_to": ("Sold to", "銷售對象"),
    "billed_to": ("Billed to", "帳單對象"),
    "paid_by": ("Paid by", "付款方式"),
    "card": ("card", "信用卡"),
    "invoice": ("invoice", "帳單付款"),
    "bank_transfer": ("bank transfer", "銀行轉帳"),
    "total": ("Total", "總計"),
    "account_credit": ("Left as account credit", "剩餘帳戶點數"),
    "forfeited": ("Forfeited", "喪失的預付金額"),
    "no_forfeiture_from": ("Nothing is forfeited from", "自此日起無損失"),
    "if_latest": ("If it switches on {day}, the latest", "若於最晚日 {day} 切換"),
    "users": ("Users to move", "移轉的使用者"),
    "with_switches": ("{users}, {off} with services off", "{users}（{off} 位有停用的服務）"),
    "check_until": ("until {at} if ordered now", "若現在下單，最遲 {at}"),
    "pays_by_invoice": ("you pay by invoice", "以帳單付款"),
    "threshold_reached": ("the total is large", "金額達到門檻"),
    "first_invoice": ("First invoice", "第一張帳單"),
    "between": ("{first} to {last}", "{first} 至 {last}"),
    "credit_by": ("Credit arrives by", "折抵金額最晚入帳日"),
    "to_know": ("Before you order", "下單前請注意"),
    "to_order": ("To order", "下單"),
}


def word(key: str, language: Language, **values: object) -> str:
    """The words for `key`, with their placeholders filled in."""
    english, chinese = _WORDS[key]
    return (english if language == "en" else chinese).format(**values)
