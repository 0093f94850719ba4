"""Prices computed by hand: what is left, times its days, over the days of the cycle or term."""

from typing import NamedTuple


class Case(NamedTuple):
    """`old` is licenses x unit price of a cycle; `prepaid` is paid, first and last day."""

    name: str
    day: str
    old: str = "0 x 0 monthly from 2026-06-18"
    prepaid: str | None = None
    new: str = "300 x 20.00 monthly"
    rate: str | None = None
    currency: str = "USD"
    days: str | None = None
    """Unused days/days of the cycle or term; None where there is no credit line."""
    applied: str = "0.00"
    left: str = "0.00"
    """Account credit."""
    forfeited: str = "0.00"
    tax: str | None = None
    total: str = ""


JUNE = "300 x 10.08 monthly from 2026-06-18"  # 3024.00 for 18 June - 17 July, 30 days
JANUARY = "100 x 7.00 monthly from 2026-01-31"  # 700.00
THOUSAND = "100 x 10.00 monthly"
YEAR = "7300.00 2026-01-01 2026-12-31"  # 20.00 a day

CASES = [
    # B32
    Case("300 x 10.08", "2026-06-25", JUNE, days="23/30", applied="2318.40", total="3681.60"),
    Case("300 x 6.43", "2026-06-25", "300 x 6.43 monthly from 2026-06-18",
         new="300 x 12.50 monthly", days="23/30", applied="1478.90", total="2271.10"),
    Case("15 x 12.00", "2026-07-03", "15 x 12.00 monthly from 2026-07-01",
         new="15 x 20.00 monthly", days="29/31", applied="168.39", total="131.61"),
    # days
    Case("first day: all of it", "2026-06-18", JUNE,
         days="30/30", applied="3024.00", total="2976.00"),
    Case("last day: one day", "2026-07-17", JUNE, days="1/30", applied="100.80", total="5899.20"),
    Case("next cycle: all of it", "2026-07-18", JUNE,
         days="31/31", applied="3024.00", total="2976.00"),
    Case("the cycle has not begun", "2026-06-17", JUNE, total="6000.00"),
    Case("nothing bought", "2026-06-25", "0 x 10.08 monthly from 2026-06-18", total="6000.00"),
    Case("31 Jan, its first day", "2026-01-31", JANUARY, new=THOUSAND,
         days="28/28", applied="700.00", total="300.00"),
    Case("31 Jan, half of it", "2026-02-14", JANUARY, new=THOUSAND,
         days="14/28", applied="350.00", total="650.00"),
    Case("31 Jan, second cycle from 28 Feb", "2026-02-28", JANUARY, new=THOUSAND,
         days="31/31", applied="700.00", total="300.00"),
    Case("31 Jan, second cycle to 30 Mar", "2026-03-15", JANUARY, new=THOUSAND,
         days="16/31", applied="361.29", total="638.71"),
    Case("31 Jan in a leap year", "2028-02-15", "100 x 7.00 monthly from 2028-01-31", new=THOUSAND,
         days="14/29", applied="337.93", total="662.07"),
    Case("21 Feb to 20 Mar", "2026-03-07", "100 x 7.00 monthly from 2026-02-21", new=THOUSAND,
         days="14/28", applied="350.00", total="650.00"),
    Case("a year", "2026-07-02", "10 x 73.00 annual from 2026-01-01", new="10 x 100.00 annual",
         days="183/365", applied="366.00", total="634.00"),
    Case("a year from 29 Feb", "2028-03-01", "100 x 73.00 annual from 2028-02-29",
         new="100 x 100.00 annual", days="364/365", applied="7280.00", total="2720.00"),
    # digits and rounding
    Case("yen have no digits", "2026-07-08", "7 x 1000 monthly from 2026-06-18",
         new="7 x 2000 monthly", currency="JPY",
         days="10/30", applied="2333", left="0", forfeited="0", total="11667"),
    Case("half a yen goes up", "2026-07-03", "1 x 15 monthly from 2026-06-18",
         new="1 x 20 monthly", currency="JPY",
         days="15/30", applied="8", left="0", forfeited="0", total="12"),
    Case("dinars have three digits", "2026-07-08", "3 x 1.234 monthly from 2026-06-18",
         new="3 x 2.000 monthly", currency="KWD",
         days="10/30", applied="1.234", left="0.000", forfeited="0.000", total="4.766"),
    Case("a third of a fils goes down", "2026-07-17", "1 x 1.000 monthly from 2026-06-18",
         new="1 x 2.000 monthly", currency="KWD",
         days="1/30", applied="0.033", left="0.000", forfeited="0.000", total="1.967"),
    Case("half a cent goes up", "2026-07-03", "1 x 0.03 monthly from 2026-06-18",
         new="1 x 1.00 monthly", days="15/30", applied="0.02", total="0.98"),
    Case("less than half a cent is nothing", "2026-07-04", "1 x 0.01 monthly from 2026-06-18",
         new="1 x 1.00 monthly", total="1.00"),
    # more credit than charge
    Case("the rest stays on the account", "2026-06-25", JUNE, new="10 x 20.00 monthly",
         days="23/30", applied="200.00", left="2118.40", total="0.00"),
    Case("exactly the charge", "2026-06-18", "10 x 6.00 monthly from 2026-06-18",
         new="10 x 6.00 monthly", days="30/30", applied="60.00", total="0.00"),
    Case("a free plan", "2026-06-25", JUNE, new="300 x 0.00 monthly",
         days="23/30", applied="0.00", left="2318.40", total="0.00"),
    # tax
    Case("tax on the charge, before the credit", "2026-06-25", JUNE, rate="0.20",
         days="23/30", applied="2318.40", tax="1200.00", total="4881.60"),
    Case("a rate of 0 makes a line", "2026-06-25", JUNE, rate="0.00",
         days="23/30", applied="2318.40", tax="0.00", total="3681.60"),
    Case("tax is rounded half up", "2026-06-25", new="3 x 3.33 monthly", rate="0.075",
         tax="0.75", total="10.74"),
    Case("credit pays tax too", "2026-06-25", JUNE, new="10 x 20.00 monthly", rate="0.10",
         days="23/30", applied="220.00", left="2098.40", tax="20.00", total="0.00"),
    # prepaid
    Case("prepaid, half a year", "2026-07-02", prepaid=YEAR, new="100 x 50.00 annual",
         days="183/365", applied="3660.00", total="1340.00"),
    Case("prepaid, worth more than the new plan", "2026-07-02", prepaid=YEAR, new=THOUSAND,
         days="183/365", applied="1000.00", forfeited="2660.00", total="0.00"),
    Case("prepaid, worth exactly the new plan", "2026-07-02", prepaid=YEAR,
         new="1 x 3660.00 annual", days="183/365", applied="3660.00", total="0.00"),
    Case("prepaid, tax counts as new total", "2026-07-02", prepaid=YEAR, new=THOUSAND, rate="0.10",
         days="183/365", applied="1100.00", forfeited="2560.00", tax="100.00", total="0.00"),
    Case("prepaid, last day", "2026-12-31", prepaid=YEAR, new="100 x 50.00 annual",
         days="1/365", applied="20.00", total="4980.00"),
    Case("prepaid, over", "2027-01-01", prepaid=YEAR, new="100 x 50.00 annual", total="5000.00"),
    Case("prepaid, not begun", "2025-12-01", prepaid=YEAR, new="100 x 50.00 annual",
         days="365/365", applied="5000.00", forfeited="2300.00", total="0.00"),
    Case("prepaid in yen", "2026-01-02", prepaid="1000 2026-01-01 2026-01-03", new="1 x 500 annual",
         currency="JPY", days="2/3", applied="500", left="0", forfeited="167", total="0"),
    Case("prepaid by product key", "2026-07-02", prepaid="product_key", new="100 x 50.00 annual",
         total="5000.00"),
]  # fmt: skip
