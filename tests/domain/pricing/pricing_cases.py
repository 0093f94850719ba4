"""Prices computed by hand: what is left, times its days, over the days of the cycle or term.

Each case says how it was computed: steps `expression = result`, separated by semicolons, with words
before a colon or after a comma. A test reckons each step again, so no slip of the pen stands here.
"""

from typing import NamedTuple


class Case(NamedTuple):
    """`old` is licenses x unit price of a cycle; `prepaid` is paid, first and last day."""

    name: str
    day: str
    how: str
    old: str = "0 x 0 monthly from 2026-06-18"
    prepaid: str | None = None
    new: str = "300 x 20.00 monthly"
    rate: str | None = None
    charged: str | None = None
    """The rate at which tax was charged with the old one; None as in quotes of older code."""
    currency: str = "USD"
    days: str | None = None
    """Unused days/days of the cycle or term; None where there is no credit line."""
    applied: str = "0.00"
    left: str = "0.00"
    """Account credit."""
    forfeited: str = "0.00"
    tax: str | None = None
    returned: str | None = None
    """Tax that is returned with the credit applied; None where there is no such line."""
    total: str = ""


class Moment(NamedTuple):
    """An instant (UTC) at which somebody orders by `CASES`' first plan, and the day it is there."""

    zone: str
    at: str
    day: str
    anchor: str
    how: str
    days: str
    applied: str
    total: str


class Chain(NamedTuple):
    """One upgrade after another, each credited from what the one before it cost."""

    name: str
    steps: tuple[Case, ...]
    """The first says what is replaced; `old` and `prepaid` of the others follow from it."""


JUNE = "300 x 10.08 monthly from 2026-06-18"  # 3024.00 for 18 June - 17 July, 30 days
JANUARY = "100 x 7.00 monthly from 2026-01-31"  # 700.00
THOUSAND = "100 x 10.00 monthly"
YEAR = "7300.00 2026-01-01 2026-12-31"  # 20.00 a day

CASES = [
    # B32
    Case("300 x 10.08", "2026-06-25",
         "300 × 10.08 × 23 ÷ 30 = 2318.40; 300 × 20.00 - 2318.40 = 3681.60",
         JUNE, days="23/30", applied="2318.40", total="3681.60"),
    Case("300 x 6.43", "2026-06-25",
         "300 × 6.43 × 23 ÷ 30 = 1478.90; 300 × 12.50 - 1478.90 = 2271.10",
         "300 x 6.43 monthly from 2026-06-18",
         new="300 x 12.50 monthly", days="23/30", applied="1478.90", total="2271.10"),
    Case("15 x 12.00", "2026-07-03",
         "15 × 12.00 × 29 ÷ 31 = 168.39; 15 × 20.00 - 168.39 = 131.61",
         "15 x 12.00 monthly from 2026-07-01",
         new="15 x 20.00 monthly", days="29/31", applied="168.39", total="131.61"),
    # first and last day
    Case("first day: all of it", "2026-06-18",
         "all 30 days are left: 3024.00 × 30 ÷ 30 = 3024.00; 6000.00 - 3024.00 = 2976.00",
         JUNE, days="30/30", applied="3024.00", total="2976.00"),
    Case("last day: one day", "2026-07-17",
         "3024.00 ÷ 30 = 100.80; 6000.00 - 100.80 = 5899.20",
         JUNE, days="1/30", applied="100.80", total="5899.20"),
    Case("next cycle: all of it", "2026-07-18",
         "18 July to 17 August, all of its 31 days: 3024.00 × 31 ÷ 31 = 3024.00;"
         " 6000.00 - 3024.00 = 2976.00",
         JUNE, days="31/31", applied="3024.00", total="2976.00"),
    Case("the cycle has not begun", "2026-06-17",
         "nothing has been paid for yet: 6000.00 - 0 = 6000.00", JUNE, total="6000.00"),
    Case("nothing bought", "2026-06-25",
         "0 × 10.08 × 23 ÷ 30 = 0.00; 300 × 20.00 - 0 = 6000.00",
         "0 x 10.08 monthly from 2026-06-18", total="6000.00"),
    # anchors past the end of a month
    Case("31 Jan, its first day", "2026-01-31",
         "31 January to 27 February: 700.00 × 28 ÷ 28 = 700.00; 1000.00 - 700.00 = 300.00",
         JANUARY, new=THOUSAND, days="28/28", applied="700.00", total="300.00"),
    Case("31 Jan, half of it", "2026-02-14",
         "14 to 27 February: 700.00 × 14 ÷ 28 = 350.00; 1000.00 - 350.00 = 650.00",
         JANUARY, new=THOUSAND, days="14/28", applied="350.00", total="650.00"),
    Case("31 Jan, second cycle from 28 Feb", "2026-02-28",
         "28 February to 30 March: 700.00 × 31 ÷ 31 = 700.00; 1000.00 - 700.00 = 300.00",
         JANUARY, new=THOUSAND, days="31/31", applied="700.00", total="300.00"),
    Case("31 Jan, second cycle to 30 Mar", "2026-03-15",
         "15 to 30 March: 700.00 × 16 ÷ 31 = 361.29; 1000.00 - 361.29 = 638.71",
         JANUARY, new=THOUSAND, days="16/31", applied="361.29", total="638.71"),
    Case("31 Jan, third cycle to 29 Apr", "2026-04-15",
         "31 March to 29 April, 15 of 30 days: 700.00 × 15 ÷ 30 = 350.00; 1000.00 - 350.00 = 650.00",
         JANUARY, new=THOUSAND, days="15/30", applied="350.00", total="650.00"),
    Case("31 Jan in a leap year", "2028-02-15",
         "31 January to 28 February, 14 of 29 days: 700.00 × 14 ÷ 29 = 337.93;"
         " 1000.00 - 337.93 = 662.07",
         "100 x 7.00 monthly from 2028-01-31",
         new=THOUSAND, days="14/29", applied="337.93", total="662.07"),
    Case("30 Jan to 27 Feb", "2026-02-14",
         "29 days, 14 of them left: 700.00 × 14 ÷ 29 = 337.93; 1000.00 - 337.93 = 662.07",
         "100 x 7.00 monthly from 2026-01-30",
         new=THOUSAND, days="14/29", applied="337.93", total="662.07"),
    Case("29 Jan to 27 Feb", "2026-02-27",
         "the last of 30 days: 700.00 ÷ 30 = 23.33; 1000.00 - 23.33 = 976.67",
         "100 x 7.00 monthly from 2026-01-29",
         new=THOUSAND, days="1/30", applied="23.33", total="976.67"),
    Case("29 Jan to 28 Feb in a leap year", "2028-02-28",
         "the last of 31 days: 700.00 ÷ 31 = 22.58; 1000.00 - 22.58 = 977.42",
         "100 x 7.00 monthly from 2028-01-29",
         new=THOUSAND, days="1/31", applied="22.58", total="977.42"),
    Case("21 Feb to 20 Mar", "2026-03-07",
         "700.00 × 14 ÷ 28 = 350.00; 1000.00 - 350.00 = 650.00",
         "100 x 7.00 monthly from 2026-02-21",
         new=THOUSAND, days="14/28", applied="350.00", total="650.00"),
    Case("on the leap day", "2028-02-29",
         "29 February to 9 March, 10 of 29 days: 700.00 × 10 ÷ 29 = 241.38;"
         " 1000.00 - 241.38 = 758.62",
         "100 x 7.00 monthly from 2028-02-10",
         new=THOUSAND, days="10/29", applied="241.38", total="758.62"),
    Case("over the new year", "2027-01-01",
         "15 December to 14 January: 700.00 × 14 ÷ 31 = 316.13; 1000.00 - 316.13 = 683.87",
         "100 x 7.00 monthly from 2026-12-15",
         new=THOUSAND, days="14/31", applied="316.13", total="683.87"),
    # tax that is returned (B63)
    Case("29 of 30 days of 200 net", "2026-06-19",
         "200.00 × 29 ÷ 30 = 193.33; its tax: 193.33 × 0.19 = 36.73; 300.00 × 0.19 = 57.00;"
         " 300.00 + 57.00 - 193.33 - 36.73 = 126.94",
         "1 x 200.00 monthly from 2026-06-18", new="1 x 300.00 monthly",
         rate="0.19", charged="0.19", days="29/30", applied="193.33", tax="57.00",
         returned="-36.73", total="126.94"),
    Case("the second upgrade of a day", "2026-06-18",
         "300.00 × 30 ÷ 30 = 300.00; its tax: 300.00 × 0.19 = 57.00; 400.00 × 0.19 = 76.00;"
         " 400.00 + 76.00 - 300.00 - 57.00 = 119.00",
         "1 x 300.00 monthly from 2026-06-18", new="1 x 400.00 monthly",
         rate="0.19", charged="0.19", days="30/30", applied="300.00", tax="76.00",
         returned="-57.00", total="119.00"),
    Case("charged at another rate than today's", "2026-07-03",
         "200.00 × 15 ÷ 30 = 100.00; its tax: 100.00 × 0.16 = 16.00; 300.00 × 0.19 = 57.00;"
         " 300.00 + 57.00 - 100.00 - 16.00 = 241.00",
         "1 x 200.00 monthly from 2026-06-18", new="1 x 300.00 monthly",
         rate="0.19", charged="0.16", days="15/30", applied="100.00", tax="57.00",
         returned="-16.00", total="241.00"),
    Case("charged with tax, now without", "2026-07-03",
         "200.00 × 15 ÷ 30 = 100.00; its tax: 100.00 × 0.19 = 19.00; 300.00 - 100.00 - 19.00 = 181.00",
         "1 x 200.00 monthly from 2026-06-18", new="1 x 300.00 monthly",
         charged="0.19", days="15/30", applied="100.00", returned="-19.00", total="181.00"),
    Case("charged without tax, now with", "2026-07-03",
         "200.00 × 15 ÷ 30 = 100.00; 300.00 × 0.19 = 57.00; 300.00 + 57.00 - 100.00 = 257.00",
         "1 x 200.00 monthly from 2026-06-18", new="1 x 300.00 monthly",
         rate="0.19", charged="0", days="15/30", applied="100.00", tax="57.00", total="257.00"),
    Case("more credit than is owed, with tax on both sides", "2026-06-18",
         "owed: 100.00 × 1.19 = 119.00; the credit in it: 119.00 ÷ 1.19 = 100.00;"
         " its tax: 119.00 - 100.00 = 19.00; 100.00 × 0.19 = 19.00;"
         " left: 300.00 × 1.19 - 119.00 = 238.00; 119.00 - 100.00 - 19.00 = 0.00",
         "1 x 300.00 monthly from 2026-06-18", new="1 x 100.00 monthly",
         rate="0.19", charged="0.19", days="30/30", applied="100.00", left="238.00", tax="19.00",
         returned="-19.00", total="0.00"),
    Case("enough with its tax only", "2026-06-18",
         "100.00 × 1.19 = 119.00, that is more than 110.00 without tax: the credit in it:"
         " 110.00 ÷ 1.19 = 92.44; its tax: 110.00 - 92.44 = 17.56; left: 119.00 - 110.00 = 9.00;"
         " 110.00 - 92.44 - 17.56 = 0.00",
         "1 x 100.00 monthly from 2026-06-18", new="1 x 110.00 monthly",
         charged="0.19", days="30/30", applied="92.44", left="9.00", returned="-17.56",
         total="0.00"),
    Case("prepaid with tax, worth more than the new plan", "2026-07-02",
         "7300.00 × 183 ÷ 365 = 3660.00; with its tax: 3660.00 × 1.19 = 4355.40;"
         " 100 × 10.00 × 1.19 = 1190.00; the credit in it: 1190.00 ÷ 1.19 = 1000.00;"
         " its tax: 1190.00 - 1000.00 = 190.00; 1000.00 × 0.19 = 190.00;"
         " lost: 4355.40 - 1190.00 = 3165.40; 1190.00 - 1000.00 - 190.00 = 0.00",
         prepaid=YEAR, new=THOUSAND, rate="0.19", charged="0.19", days="183/365",
         applied="1000.00", forfeited="3165.40", tax="190.00", returned="-190.00", total="0.00"),
    Case("yen and a tenth of tax", "2026-06-28",
         "1000 × 20 ÷ 30 = 667; its tax: 667 × 0.1 = 67; 2000 × 0.1 = 200; 2000 + 200 - 667 - 67 = 1466",
         "1 x 1000 monthly from 2026-06-18", new="1 x 2000 monthly", rate="0.10", charged="0.1",
         currency="JPY", days="20/30", applied="667", left="0", forfeited="0", tax="200",
         returned="-67", total="1466"),
    # annual cycles
    Case("a year", "2026-07-02",
         "10 × 73.00 × 183 ÷ 365 = 366.00; 10 × 100.00 - 366.00 = 634.00",
         "10 x 73.00 annual from 2026-01-01",
         new="10 x 100.00 annual", days="183/365", applied="366.00", total="634.00"),
    Case("a year from 29 Feb", "2028-03-01",
         "to 27 February 2029: 100 × 73.00 × 364 ÷ 365 = 7280.00; 100 × 100.00 - 7280.00 = 2720.00",
         "100 x 73.00 annual from 2028-02-29",
         new="100 x 100.00 annual", days="364/365", applied="7280.00", total="2720.00"),
    Case("a year from 29 Feb, its last day", "2029-02-27",
         "7300.00 ÷ 365 = 20.00; 10000.00 - 20.00 = 9980.00",
         "100 x 73.00 annual from 2028-02-29",
         new="100 x 100.00 annual", days="1/365", applied="20.00", total="9980.00"),
    Case("a year with a leap day, its last day", "2028-02-29",
         "7300.00 ÷ 366 = 19.95; 10000.00 - 19.95 = 9980.05",
         "100 x 73.00 annual from 2027-03-01",
         new="100 x 100.00 annual", days="1/366", applied="19.95", total="9980.05"),
    Case("from monthly to annual", "2026-06-25",
         "3024.00 × 23 ÷ 30 = 2318.40; 300 × 200.00 - 2318.40 = 57681.60",
         JUNE, new="300 x 200.00 annual", days="23/30", applied="2318.40", total="57681.60"),
    Case("from annual to monthly", "2026-07-02",
         "730.00 × 183 ÷ 365 = 366.00; 10 × 20.00 - 200.00 = 0.00; 366.00 - 200.00 = 166.00",
         "10 x 73.00 annual from 2026-01-01",
         new="10 x 20.00 monthly", days="183/365", applied="200.00", left="166.00", total="0.00"),
    # digits and rounding
    Case("yen have no digits", "2026-07-08",
         "7 × 1000 × 10 ÷ 30 = 2333; 7 × 2000 - 2333 = 11667",
         "7 x 1000 monthly from 2026-06-18",
         new="7 x 2000 monthly", currency="JPY",
         days="10/30", applied="2333", left="0", forfeited="0", total="11667"),
    Case("half a yen goes up", "2026-07-03",
         "15 × 15 ÷ 30 = 8, rounded up from 7.5; 20 - 8 = 12",
         "1 x 15 monthly from 2026-06-18", new="1 x 20 monthly", currency="JPY",
         days="15/30", applied="8", left="0", forfeited="0", total="12"),
    Case("yen with tax", "2026-11-20",
         "5 November to 4 December: 33 × 980 × 15 ÷ 30 = 16170; 33 × 1580 = 52140;"
         " 52140 × 0.10 = 5214; 52140 + 5214 - 16170 = 41184",
         "33 x 980 monthly from 2026-11-05", new="33 x 1580 monthly", rate="0.10", currency="JPY",
         days="15/30", applied="16170", left="0", forfeited="0", tax="5214", total="41184"),
    Case("dinars have three digits", "2026-07-08",
         "3 × 1.234 × 10 ÷ 30 = 1.234; 3 × 2.000 - 1.234 = 4.766",
         "3 x 1.234 monthly from 2026-06-18", new="3 x 2.000 monthly", currency="KWD",
         days="10/30", applied="1.234", left="0.000", forfeited="0.000", total="4.766"),
    Case("a third of a fils goes down", "2026-07-17",
         "1.000 ÷ 30 = 0.033; 2.000 - 0.033 = 1.967",
         "1 x 1.000 monthly from 2026-06-18", new="1 x 2.000 monthly", currency="KWD",
         days="1/30", applied="0.033", left="0.000", forfeited="0.000", total="1.967"),
    Case("a year in dinars", "2026-10-01",
         "October to December, 92 days: 7 × 12.345 × 92 ÷ 365 = 21.781;"
         " 7 × 25.000 - 21.781 = 153.219",
         "7 x 12.345 annual from 2026-01-01", new="7 x 25.000 annual", currency="KWD",
         days="92/365", applied="21.781", left="0.000", forfeited="0.000", total="153.219"),
    Case("four digits", "2026-07-03",
         "0.0003 × 15 ÷ 30 = 0.0002, rounded up from 0.00015; 1.0000 - 0.0002 = 0.9998",
         "1 x 0.0003 monthly from 2026-06-18", new="1 x 1.0000 monthly", currency="CLF",
         days="15/30", applied="0.0002", left="0.0000", forfeited="0.0000", total="0.9998"),
    Case("half a cent goes up", "2026-07-03",
         "0.03 × 15 ÷ 30 = 0.02, rounded up from 0.015; 1.00 - 0.02 = 0.98",
         "1 x 0.03 monthly from 2026-06-18",
         new="1 x 1.00 monthly", days="15/30", applied="0.02", total="0.98"),
    Case("less than half a cent is nothing", "2026-07-04",
         "0.01 × 14 ÷ 30 = 0.00; 1.00 - 0.00 = 1.00",
         "1 x 0.01 monthly from 2026-06-18", new="1 x 1.00 monthly", total="1.00"),
    # more credit than charge
    Case("the rest stays on the account", "2026-06-25",
         "3024.00 × 23 ÷ 30 = 2318.40; 10 × 20.00 = 200.00; 2318.40 - 200.00 = 2118.40;"
         " 200.00 - 200.00 = 0.00",
         JUNE, new="10 x 20.00 monthly",
         days="23/30", applied="200.00", left="2118.40", total="0.00"),
    Case("exactly the charge", "2026-06-18",
         "10 × 6.00 × 30 ÷ 30 = 60.00; 60.00 - 60.00 = 0.00",
         "10 x 6.00 monthly from 2026-06-18",
         new="10 x 6.00 monthly", days="30/30", applied="60.00", total="0.00"),
    Case("a free plan", "2026-06-25",
         "3024.00 × 23 ÷ 30 = 2318.40; 300 × 0.00 = 0.00; 2318.40 - 0.00 = 2318.40",
         JUNE, new="300 x 0.00 monthly",
         days="23/30", applied="0.00", left="2318.40", total="0.00"),
    # tax
    Case("tax on the charge, before the credit", "2026-06-25",
         "3024.00 × 23 ÷ 30 = 2318.40; 6000.00 × 0.20 = 1200.00;"
         " 6000.00 + 1200.00 - 2318.40 = 4881.60",
         JUNE, rate="0.20", days="23/30", applied="2318.40", tax="1200.00", total="4881.60"),
    Case("euros with tax, from the day clocks were set forward", "2026-04-10",
         "29 March to 28 April, 31 days whatever their hours: 25 × 11.90 × 19 ÷ 31 = 182.34;"
         " 25 × 22.00 = 550.00; 550.00 × 0.19 = 104.50; 550.00 + 104.50 - 182.34 = 472.16",
         "25 x 11.90 monthly from 2026-03-29", new="25 x 22.00 monthly", rate="0.19",
         currency="EUR", days="19/31", applied="182.34", tax="104.50", total="472.16"),
    Case("a rate of 0 makes a line", "2026-06-25",
         "3024.00 × 23 ÷ 30 = 2318.40; 6000.00 × 0.00 = 0.00; 6000.00 - 2318.40 = 3681.60",
         JUNE, rate="0.00", days="23/30", applied="2318.40", tax="0.00", total="3681.60"),
    Case("tax is rounded half up", "2026-06-25",
         "3 × 3.33 = 9.99; 9.99 × 0.075 = 0.75; 9.99 + 0.75 = 10.74",
         new="3 x 3.33 monthly", rate="0.075", tax="0.75", total="10.74"),
    Case("half a cent of tax goes up", "2026-06-25",
         "1 × 0.10 × 0.05 = 0.01, rounded up from 0.005; 0.10 + 0.01 = 0.11",
         new="1 x 0.10 monthly", rate="0.05", tax="0.01", total="0.11"),
    Case("credit pays tax too", "2026-06-25",
         "200.00 × 0.10 = 20.00; 200.00 + 20.00 = 220.00; 2318.40 - 220.00 = 2098.40;"
         " 220.00 - 220.00 = 0.00",
         JUNE, new="10 x 20.00 monthly", rate="0.10",
         days="23/30", applied="220.00", left="2098.40", tax="20.00", total="0.00"),
    # prepaid
    Case("prepaid, half a year", "2026-07-02",
         "7300.00 × 183 ÷ 365 = 3660.00; 100 × 50.00 - 3660.00 = 1340.00",
         prepaid=YEAR, new="100 x 50.00 annual", days="183/365", applied="3660.00",
         total="1340.00"),
    Case("prepaid, worth more than the new plan", "2026-07-02",
         "7300.00 × 183 ÷ 365 = 3660.00; 3660.00 - 1000.00 = 2660.00; 1000.00 - 1000.00 = 0.00",
         prepaid=YEAR, new=THOUSAND,
         days="183/365", applied="1000.00", forfeited="2660.00", total="0.00"),
    Case("prepaid, worth exactly the new plan", "2026-07-02",
         "7300.00 × 183 ÷ 365 = 3660.00; 3660.00 - 3660.00 = 0.00",
         prepaid=YEAR, new="1 x 3660.00 annual", days="183/365", applied="3660.00", total="0.00"),
    Case("prepaid, the last day on which something is lost", "2026-11-11",
         "20.00 a day: 20.00 × 51 = 1020.00; 1020.00 - 1000.00 = 20.00; 1000.00 - 1000.00 = 0.00",
         prepaid=YEAR, new=THOUSAND,
         days="51/365", applied="1000.00", forfeited="20.00", total="0.00"),
    Case("prepaid, the first day on which nothing is lost", "2026-11-12",
         "20.00 × 50 = 1000.00; 1000.00 - 1000.00 = 0.00",
         prepaid=YEAR, new=THOUSAND, days="50/365", applied="1000.00", total="0.00"),
    Case("prepaid, tax counts as new total", "2026-07-02",
         "1000.00 × 0.10 = 100.00; 1000.00 + 100.00 = 1100.00; 3660.00 - 1100.00 = 2560.00;"
         " 1100.00 - 1100.00 = 0.00",
         prepaid=YEAR, new=THOUSAND, rate="0.10",
         days="183/365", applied="1100.00", forfeited="2560.00", tax="100.00", total="0.00"),
    Case("prepaid, its first day", "2026-01-01",
         "7300.00 × 365 ÷ 365 = 7300.00; 100 × 50.00 = 5000.00; 7300.00 - 5000.00 = 2300.00;"
         " 5000.00 - 5000.00 = 0.00",
         prepaid=YEAR, new="100 x 50.00 annual",
         days="365/365", applied="5000.00", forfeited="2300.00", total="0.00"),
    Case("prepaid, last day", "2026-12-31",
         "7300.00 ÷ 365 = 20.00; 100 × 50.00 - 20.00 = 4980.00",
         prepaid=YEAR, new="100 x 50.00 annual", days="1/365", applied="20.00", total="4980.00"),
    Case("prepaid, over", "2027-01-01",
         "nothing is left: 100 × 50.00 - 0 = 5000.00",
         prepaid=YEAR, new="100 x 50.00 annual", total="5000.00"),
    Case("prepaid, not begun", "2025-12-01",
         "all of it is left: 7300.00 - 5000.00 = 2300.00; 5000.00 - 5000.00 = 0.00",
         prepaid=YEAR, new="100 x 50.00 annual",
         days="365/365", applied="5000.00", forfeited="2300.00", total="0.00"),
    Case("prepaid for a leap year, on its leap day", "2028-02-29",
         "10.00 a day, 59 days are used: 3660.00 × 307 ÷ 366 = 3070.00; 100 × 20.00 = 2000.00;"
         " 3070.00 - 2000.00 = 1070.00; 2000.00 - 2000.00 = 0.00",
         prepaid="3660.00 2028-01-01 2028-12-31", new="100 x 20.00 annual",
         days="307/366", applied="2000.00", forfeited="1070.00", total="0.00"),
    Case("prepaid in yen", "2026-01-02",
         "1000 × 2 ÷ 3 = 667; 667 - 500 = 167; 500 - 500 = 0",
         prepaid="1000 2026-01-01 2026-01-03", new="1 x 500 annual", currency="JPY",
         days="2/3", applied="500", left="0", forfeited="167", total="0"),
    Case("prepaid in dinars", "2026-01-03",
         "10.000 ÷ 3 = 3.333; 5.000 - 3.333 = 1.667",
         prepaid="10.000 2026-01-01 2026-01-03", new="1 x 5.000 monthly", currency="KWD",
         days="1/3", applied="3.333", left="0.000", forfeited="0.000", total="1.667"),
    Case("prepaid by product key", "2026-07-02",
         "no credit: 100 × 50.00 - 0 = 5000.00",
         prepaid="product_key", new="100 x 50.00 annual", total="5000.00"),
]  # fmt: skip

MOMENTS = [
    # Both ends of the day line: 25 hours apart.
    Moment("Pacific/Kiritimati", "2026-06-24T09:59:59", "2026-06-24", "2026-06-18",
           "3024.00 × 24 ÷ 30 = 2419.20; 6000.00 - 2419.20 = 3580.80",
           "24/30", "2419.20", "3580.80"),
    Moment("Pacific/Kiritimati", "2026-06-24T10:00:00", "2026-06-25", "2026-06-18",
           "3024.00 × 23 ÷ 30 = 2318.40; 6000.00 - 2318.40 = 3681.60",
           "23/30", "2318.40", "3681.60"),
    Moment("Pacific/Niue", "2026-06-26T10:59:59", "2026-06-25", "2026-06-18",
           "3024.00 × 23 ÷ 30 = 2318.40; 6000.00 - 2318.40 = 3681.60",
           "23/30", "2318.40", "3681.60"),
    Moment("Pacific/Niue", "2026-06-26T11:00:00", "2026-06-26", "2026-06-18",
           "3024.00 × 22 ÷ 30 = 2217.60; 6000.00 - 2217.60 = 3782.40",
           "22/30", "2217.60", "3782.40"),
    # A day of 25 hours, one of 23, and one without a midnight.
    Moment("America/New_York", "2026-11-02T04:59:59", "2026-11-01", "2026-10-18",
           "18 October to 17 November: 3024.00 × 17 ÷ 31 = 1658.32; 6000.00 - 1658.32 = 4341.68",
           "17/31", "1658.32", "4341.68"),
    Moment("America/New_York", "2026-11-02T05:00:00", "2026-11-02", "2026-10-18",
           "3024.00 × 16 ÷ 31 = 1560.77; 6000.00 - 1560.77 = 4439.23",
           "16/31", "1560.77", "4439.23"),
    Moment("Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29", "2026-03-01",
           "3024.00 × 3 ÷ 31 = 292.65; 6000.00 - 292.65 = 5707.35",
           "3/31", "292.65", "5707.35"),
    Moment("Europe/Berlin", "2026-03-29T22:00:00", "2026-03-30", "2026-03-01",
           "3024.00 × 2 ÷ 31 = 195.10; 6000.00 - 195.10 = 5804.90",
           "2/31", "195.10", "5804.90"),
    Moment("Africa/Cairo", "2026-04-23T21:59:59", "2026-04-23", "2026-04-01",
           "3024.00 × 8 ÷ 30 = 806.40; 6000.00 - 806.40 = 5193.60",
           "8/30", "806.40", "5193.60"),
    Moment("Africa/Cairo", "2026-04-23T22:00:00", "2026-04-24", "2026-04-01",
           "3024.00 × 7 ÷ 30 = 705.60; 6000.00 - 705.60 = 5294.40",
           "7/30", "705.60", "5294.40"),
]  # fmt: skip

CHAINS = [
    Chain("three upgrades within one period", (
        Case("first", "2026-06-25",
             "600.00 × 23 ÷ 30 = 460.00; 1250.00 - 460.00 = 790.00",
             "100 x 6.00 monthly from 2026-06-18",
             new="100 x 12.50 monthly", days="23/30", applied="460.00", total="790.00"),
        Case("second: of the 1250.00 it cost, not of the 790.00 that were left to pay",
             "2026-07-05",
             "25 June to 24 July: 1250.00 × 20 ÷ 30 = 833.33; 2200.00 - 833.33 = 1366.67",
             new="100 x 22.00 monthly", days="20/30", applied="833.33", total="1366.67"),
        Case("third", "2026-07-10",
             "5 July to 4 August: 2200.00 × 26 ÷ 31 = 1845.16; 120 × 22.00 - 1845.16 = 794.84",
             new="120 x 22.00 monthly", days="26/31", applied="1845.16", total="794.84"),
    )),
    Chain("three upgrades on one day", (
        Case("first", "2026-06-25",
             "600.00 × 23 ÷ 30 = 460.00; 1250.00 - 460.00 = 790.00",
             "100 x 6.00 monthly from 2026-06-18",
             new="100 x 12.50 monthly", days="23/30", applied="460.00", total="790.00"),
        Case("second: nothing of the first is used", "2026-06-25",
             "1250.00 × 30 ÷ 30 = 1250.00; 2200.00 - 1250.00 = 950.00",
             new="100 x 22.00 monthly", days="30/30", applied="1250.00", total="950.00"),
        Case("third: nothing of the second either", "2026-06-25",
             "2200.00 × 30 ÷ 30 = 2200.00; 2200.00 - 1000.00 = 1200.00; 1000.00 - 1000.00 = 0.00",
             new=THOUSAND, days="30/30", applied="1000.00", left="1200.00", total="0.00"),
    )),
    Chain("from the last day of a month", (
        Case("first", "2027-01-31",
             "15 January to 14 February: 700.00 × 15 ÷ 31 = 338.71; 1000.00 - 338.71 = 661.29",
             "100 x 7.00 monthly from 2027-01-15",
             new=THOUSAND, days="15/31", applied="338.71", total="661.29"),
        Case("second", "2027-02-14",
             "31 January to 27 February: 1000.00 × 14 ÷ 28 = 500.00; 1200.00 - 500.00 = 700.00",
             new="100 x 12.00 monthly", days="14/28", applied="500.00", total="700.00"),
    )),
    Chain("what was forfeited does not come back", (
        Case("first", "2026-07-02",
             "7300.00 × 183 ÷ 365 = 3660.00; 3660.00 - 1000.00 = 2660.00; 1000.00 - 1000.00 = 0.00",
             prepaid=YEAR, new=THOUSAND,
             days="183/365", applied="1000.00", forfeited="2660.00", total="0.00"),
        Case("second", "2026-07-12",
             "2 July to 1 August: 1000.00 × 21 ÷ 31 = 677.42; 2000.00 - 677.42 = 1322.58",
             new="100 x 20.00 monthly", days="21/31", applied="677.42", total="1322.58"),
    )),
    Chain("account credit is not credited again", (
        Case("first", "2026-06-25",
             "2318.40 - 200.00 = 2118.40; 200.00 - 200.00 = 0.00",
             JUNE, new="10 x 20.00 monthly",
             days="23/30", applied="200.00", left="2118.40", total="0.00"),
        Case("second", "2026-06-26",
             "200.00 × 29 ÷ 30 = 193.33; 20 × 20.00 - 193.33 = 206.67",
             new="20 x 20.00 monthly", days="29/30", applied="193.33", total="206.67"),
    )),
    Chain("dinars, from monthly to annual and half a year later", (
        Case("first", "2026-07-08",
             "3 × 1.234 × 10 ÷ 30 = 1.234; 3 × 24.000 - 1.234 = 70.766",
             "3 x 1.234 monthly from 2026-06-18", new="3 x 24.000 annual", currency="KWD",
             days="10/30", applied="1.234", left="0.000", forfeited="0.000", total="70.766"),
        Case("second", "2027-01-08",
             "to 7 July 2027, 181 days: 72.000 × 181 ÷ 365 = 35.704; 108.000 - 35.704 = 72.296",
             new="3 x 36.000 annual", currency="KWD",
             days="181/365", applied="35.704", left="0.000", forfeited="0.000", total="72.296"),
    )),
]  # fmt: skip
