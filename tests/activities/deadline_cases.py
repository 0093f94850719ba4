"""When a credit check ends, in many countries (B39): worked out by hand, one case a line.

Each place is a country, or its subdivision, and the time zone of a tenant there. A line says when
the check was asked for, when it is due, and which holiday or rule decides it; both in local time
with its offset from UTC, so that a change of the clocks shows. The days were looked up in the
published lists of public holidays of each country, never asked of a library.

What no real calendar has is told in tests/domain/values/test_business_days.py: nowhere do clocks skip an
hour of a business day.
"""

from datetime import datetime
from typing import NamedTuple

_TABLE = """
US in America/New_York
  Mon 2026-06-22 09:00 -0400 -> Wed 2026-06-24 09:00 -0400  nothing in between
  Thu 2026-06-25 09:00 -0400 -> Mon 2026-06-29 09:00 -0400  the weekend does not count
  Fri 2026-06-26 23:59 -0400 -> Tue 2026-06-30 23:59 -0400  at night: still Friday
  Sat 2026-06-27 00:00 -0400 -> Wed 2026-07-01 00:00 -0400  Saturday's first minute: from Monday on
  Sat 2026-06-27 12:00 -0400 -> Wed 2026-07-01 00:00 -0400  on a Saturday: from Monday 00:00 on
  Sun 2026-06-28 23:59 -0400 -> Wed 2026-07-01 00:00 -0400  Sunday's last minute: from Monday on
  Mon 2026-06-29 00:00 -0400 -> Wed 2026-07-01 00:00 -0400  Monday's first minute: Monday itself
  Thu 2026-06-18 09:00 -0400 -> Tue 2026-06-23 09:00 -0400  Juneteenth, Friday 19
  Thu 2026-07-02 15:00 -0400 -> Tue 2026-07-07 15:00 -0400  4 July is a Saturday, kept on Friday 3
  Fri 2026-07-03 15:00 -0400 -> Wed 2026-07-08 00:00 -0400  on that holiday: from Monday 6 on
  Thu 2026-01-01 08:00 -0500 -> Tue 2026-01-06 00:00 -0500  on New Year's Day: from Friday 2 on
  Wed 2026-12-30 08:00 -0500 -> Mon 2027-01-04 08:00 -0500  New Year's Day 2027, a Friday
  Thu 2021-12-30 10:00 -0500 -> Tue 2022-01-04 10:00 -0500  1 January a Saturday, kept on Friday 31
  Tue 2024-02-27 09:00 -0500 -> Thu 2024-02-29 09:00 -0500  a leap day is a business day
  Fri 2026-03-06 09:00 -0500 -> Tue 2026-03-10 09:00 -0400  summer time begins on Sunday 8 March
  Fri 2026-10-30 09:00 -0400 -> Tue 2026-11-03 09:00 -0500  summer time ends on Sunday 1 November
  Sun 2026-11-01 01:30 -0400 -> Wed 2026-11-04 00:00 -0500  in the hour that comes twice: Monday on
US-NY in America/New_York
  Wed 2026-11-25 10:00 -0500 -> Mon 2026-11-30 10:00 -0500  Thanksgiving, Thursday 26
US-CA in America/Los_Angeles
  Wed 2026-11-25 10:00 -0800 -> Tue 2026-12-01 10:00 -0800  and in California the day after it
US-MA in America/New_York
  Fri 2026-04-17 10:00 -0400 -> Wed 2026-04-22 10:00 -0400  Patriots' Day, Monday 20 April
US-WA in America/Los_Angeles
  Fri 2026-04-17 10:00 -0700 -> Tue 2026-04-21 10:00 -0700  which Washington does not keep
US-HI in Pacific/Honolulu
  Wed 2026-03-25 10:00 -1000 -> Mon 2026-03-30 10:00 -1000  Prince Kuhio Day, Thursday 26 March
AS in Pacific/Pago_Pago
  Thu 2026-07-02 15:00 -1100 -> Tue 2026-07-07 15:00 -1100  4 July on 3; the last of all to see it
KI in Pacific/Kiritimati
  Fri 2026-06-26 00:30 +1400 -> Tue 2026-06-30 00:30 +1400  the first of all: Friday, UTC's Thursday
NZ in Pacific/Auckland
  Thu 2026-02-05 10:00 +1300 -> Tue 2026-02-10 10:00 +1300  Waitangi Day, Friday 6 February
  Fri 2026-09-25 09:00 +1200 -> Tue 2026-09-29 09:00 +1300  summer time begins on Sunday 27
NZ-AUK in Pacific/Auckland
  Fri 2026-01-23 09:00 +1300 -> Wed 2026-01-28 09:00 +1300  Auckland Anniversary, Monday 26 January
NZ in Pacific/Chatham
  Thu 2026-07-09 09:00 +1245 -> Tue 2026-07-14 09:00 +1245  Matariki, Friday 10 July
AU-NSW in Australia/Sydney
  Thu 2026-04-02 10:00 +1100 -> Wed 2026-04-08 10:00 +1000  Easter; summer time ends on Sunday 5
  Fri 2026-10-02 09:00 +1000 -> Wed 2026-10-07 09:00 +1100  Labour Day, Monday 5; clocks on Sunday 4
  Mon 2026-11-02 09:00 +1100 -> Wed 2026-11-04 09:00 +1100  no Melbourne Cup here
AU-NSW in Australia/Lord_Howe
  Fri 2026-10-02 09:00 +1030 -> Wed 2026-10-07 09:00 +1100  whose clocks go forward by half an hour
AU-VIC in Australia/Melbourne
  Mon 2026-11-02 09:00 +1100 -> Thu 2026-11-05 09:00 +1100  Melbourne Cup, Tuesday 3 November
AU-QLD in Australia/Brisbane
  Fri 2026-10-02 09:00 +1000 -> Wed 2026-10-07 09:00 +1000  King's Birthday on 5; no summer time
CA-QC in America/Toronto
  Tue 2026-06-23 10:00 -0400 -> Fri 2026-06-26 10:00 -0400  St. John the Baptist, Wednesday 24
CA-ON in America/Toronto
  Tue 2026-06-23 10:00 -0400 -> Thu 2026-06-25 10:00 -0400  which Ontario does not keep
  Fri 2026-05-15 10:00 -0400 -> Wed 2026-05-20 10:00 -0400  Victoria Day, Monday 18 May
CA-NL in America/St_Johns
  Fri 2026-03-06 09:00 -0330 -> Tue 2026-03-10 09:00 -0230  summer time begins on Sunday 8 March
MX in America/Mexico_City
  Fri 2026-11-13 10:00 -0600 -> Wed 2026-11-18 10:00 -0600  Revolution Day, the third Monday (16)
BR in America/Sao_Paulo
  Mon 2026-04-20 10:00 -0300 -> Thu 2026-04-23 10:00 -0300  Tiradentes, Tuesday 21 April
  Thu 2018-11-01 10:00 -0300 -> Tue 2018-11-06 10:00 -0200  All Souls' Day, Friday 2; clocks on 4
CL in America/Santiago
  Wed 2026-04-01 10:00 -0300 -> Mon 2026-04-06 10:00 -0400  Good Friday; summer time ends on 5
GB-ENG in Europe/London
  Fri 2026-03-27 09:00 +0000 -> Tue 2026-03-31 09:00 +0100  summer time begins on Sunday 29 March
  Thu 2026-04-02 09:30 +0100 -> Wed 2026-04-08 09:30 +0100  Good Friday and Easter Monday
  Thu 2026-12-24 17:00 +0000 -> Wed 2026-12-30 17:00 +0000  Boxing Day is a Saturday, kept on 28
GB-SCT in Europe/London
  Thu 2026-04-02 09:30 +0100 -> Tue 2026-04-07 09:30 +0100  Easter Monday is worked in Scotland
  Thu 2026-12-31 10:00 +0000 -> Wed 2027-01-06 10:00 +0000  1 January; 2 is a Saturday, kept on 4
GB-NIR in Europe/London
  Fri 2026-07-10 09:00 +0100 -> Wed 2026-07-15 09:00 +0100  12 July is a Sunday, kept on 13
DE-BY in Europe/Berlin
  Mon 2026-01-05 09:00 +0100 -> Thu 2026-01-08 09:00 +0100  Epiphany, Tuesday 6 January
DE-BE in Europe/Berlin
  Mon 2026-01-05 09:00 +0100 -> Wed 2026-01-07 09:00 +0100  which Berlin does not keep
  Fri 2026-10-23 10:00 +0200 -> Tue 2026-10-27 10:00 +0100  summer time ends on Sunday 25 October
DE-SN in Europe/Berlin
  Tue 2026-11-17 10:00 +0100 -> Fri 2026-11-20 10:00 +0100  Repentance Day, Wednesday 18 November
FR in Europe/Paris
  Thu 2026-04-02 11:00 +0200 -> Tue 2026-04-07 11:00 +0200  Easter Monday; Good Friday is worked
  Thu 2026-04-30 11:00 +0200 -> Tue 2026-05-05 11:00 +0200  1 May, a Friday
  Wed 2026-05-13 11:00 +0200 -> Mon 2026-05-18 11:00 +0200  Ascension, Thursday 14; Friday is worked
IT in Europe/Rome
  Fri 2026-08-14 10:00 +0200 -> Tue 2026-08-18 10:00 +0200  Assumption on a Saturday: none instead
AT in Europe/Vienna
  Wed 2026-06-03 10:00 +0200 -> Mon 2026-06-08 10:00 +0200  Corpus Christi, Thursday 4 June
ES-CT in Europe/Madrid
  Tue 2026-06-23 10:00 +0200 -> Fri 2026-06-26 10:00 +0200  Sant Joan, Wednesday 24 June
PL in Europe/Warsaw
  Tue 2026-11-10 10:00 +0100 -> Fri 2026-11-13 10:00 +0100  Independence Day, Wednesday 11 November
TR in Europe/Istanbul
  Wed 2026-10-28 10:00 +0300 -> Mon 2026-11-02 10:00 +0300  Republic Day, Thursday 29 October
SA in Asia/Riyadh
  Wed 2026-09-02 10:00 +0300 -> Sun 2026-09-06 10:00 +0300  Friday and Saturday are the weekend
  Thu 2026-09-03 20:00 +0300 -> Mon 2026-09-07 20:00 +0300  Sunday is the first business day
  Fri 2026-09-04 12:00 +0300 -> Tue 2026-09-08 00:00 +0300  on a Friday: from Sunday 00:00 on
  Tue 2026-09-22 10:00 +0300 -> Sun 2026-09-27 10:00 +0300  National Day, Wednesday 23 September
AE in Asia/Dubai
  Wed 2021-01-06 10:00 +0400 -> Sun 2021-01-10 10:00 +0400  until 2021 Friday and Saturday were off
  Thu 2026-01-08 10:00 +0400 -> Mon 2026-01-12 10:00 +0400  since 2022 Saturday and Sunday are
KW in Asia/Kuwait
  Tue 2026-02-24 10:00 +0300 -> Mon 2026-03-02 10:00 +0300  25 and 26 February, then the weekend
EG in Africa/Cairo
  Wed 2026-10-28 10:00 +0300 -> Sun 2026-11-01 10:00 +0200  summer time ends on Friday 30 October
IL in Asia/Jerusalem
  Thu 2026-01-08 10:00 +0200 -> Mon 2026-01-12 10:00 +0200  Friday and Saturday are the weekend
  Thu 2026-03-26 10:00 +0200 -> Mon 2026-03-30 10:00 +0300  summer time begins on Friday 27 March
  Tue 2026-04-21 10:00 +0300 -> Sun 2026-04-26 10:00 +0300  Independence Day, Wednesday 22 April
  Wed 2026-10-21 01:30 +0300 -> Sun 2026-10-25 01:30 +0300  01:30 comes twice that day: the first
BD in Asia/Dhaka
  Tue 2026-12-15 10:00 +0600 -> Sun 2026-12-20 10:00 +0600  Victory Day, Wednesday 16; Friday off
MA in Africa/Casablanca
  Fri 2026-02-13 09:00 +0100 -> Tue 2026-02-17 09:00 +0000  clocks go back for Ramadan on Sunday 15
IN in Asia/Kolkata
  Fri 2026-01-23 10:00 +0530 -> Wed 2026-01-28 10:00 +0530  Republic Day, Monday 26 January
BN in Asia/Brunei
  Thu 2026-08-06 10:00 +0800 -> Mon 2026-08-10 10:00 +0800  Friday and Sunday are off, Saturday not
CN in Asia/Shanghai
  Fri 2026-02-13 10:00 +0800 -> Tue 2026-02-24 10:00 +0800  Spring Festival; Saturday 14 is worked
  Thu 2026-10-08 10:00 +0800 -> Sat 2026-10-10 10:00 +0800  after National Day Saturday is worked
TW in Asia/Taipei
  Fri 2026-02-13 10:00 +0800 -> Tue 2026-02-24 10:00 +0800  Lunar New Year until Sunday 22
  Thu 2026-02-26 10:00 +0800 -> Tue 2026-03-03 10:00 +0800  28 February a Saturday, kept on Friday
HK in Asia/Hong_Kong
  Mon 2026-02-16 10:00 +0800 -> Sat 2026-02-21 10:00 +0800  Lunar New Year until 19; 21 is worked
JP in Asia/Tokyo
  Fri 2026-05-01 10:00 +0900 -> Fri 2026-05-08 10:00 +0900  Golden Week; 3 May a Sunday, kept on 6
  Fri 2026-09-18 10:00 +0900 -> Fri 2026-09-25 10:00 +0900  22 is off, being between two holidays
KR in Asia/Seoul
  Wed 2026-09-23 10:00 +0900 -> Tue 2026-09-29 10:00 +0900  Chuseok, Thursday to Saturday
SG in Asia/Singapore
  Fri 2026-08-07 10:00 +0800 -> Wed 2026-08-12 10:00 +0800  9 August is a Sunday, kept on Monday 10
TH in Asia/Bangkok
  Fri 2026-04-10 10:00 +0700 -> Fri 2026-04-17 10:00 +0700  Songkran, Monday to Wednesday
ZA in Africa/Johannesburg
  Fri 2026-08-07 10:00 +0200 -> Wed 2026-08-12 10:00 +0200  9 August is a Sunday, kept on Monday 10
  Thu 2026-09-24 10:00 +0200 -> Tue 2026-09-29 00:00 +0200  on Heritage Day: from Friday 25 on
"""

_WIDTH = len("Mon 2026-06-22 09:00 -0400")


class DeadlineCase(NamedTuple):
    """One line of the table."""

    where: str
    """The country, and its subdivision where one is meant: "US-NY"."""
    time_zone: str
    asked: str
    due: str
    because: str

    @property
    def asked_at(self) -> datetime:
        return datetime.strptime(self.asked, "%a %Y-%m-%d %H:%M %z")

    @property
    def due_at(self) -> datetime:
        return datetime.strptime(self.due, "%a %Y-%m-%d %H:%M %z")


def _read(table: str) -> list[DeadlineCase]:
    cases: list[DeadlineCase] = []
    where = time_zone = ""
    for line in table.strip().splitlines():
        if not line.startswith("  "):
            where, time_zone = line.split(" in ")
            continue
        moments, because = line.strip().split("  ")
        asked, due = moments.split(" -> ")
        assert len(asked) == len(due) == _WIDTH, line
        cases.append(DeadlineCase(where, time_zone, asked, due, because))
    return cases


DEADLINE_CASES = _read(_TABLE)
