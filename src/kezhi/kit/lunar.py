"""The Chinese lunar calendar of 1900 to 2099: which solar day a lunar day is."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

FIRST_YEAR, FIRST_DAY = 1900, date(1900, 1, 31)  # the first day of the first month of that year
# One number a year: bit i is set when its (i+1)th month has 30 days, not 29; from bit 13 on the month that comes twice, or 0.
# Source: the Chinese calendar of Unicode's ICU, asked for each day.
_YEARS = """
    116d2 00752 00ea5 0b64a 0064b 00a9b 09556 0056a 00b59 05752 00752 0db25 00b25 00a4b 0b4ab 002ad 0056b 06b69 00da9 0fd92
    00e92 00d25 0da4d 00a56 002b6 095b5 006d4 00ea9 05e92 00e92 0cd26 0052b 00a57 0b2b6 00b5a 006d4 06ec9 00749 0f693 00a93
    0052b 0ca5b 00aad 0056a 09b55 00ba4 00b49 05a93 00a95 0f52d 00536 00aad 0b5aa 00db2 00da4 07d49 00d4a 10a95 00a97 00556
    0cab5 00ad5 006d2 08ea5 00ea5 0064a 06c97 00a9b 0f55a 0056a 00b69 0b752 00b52 00b25 0964b 00a4b 114ab 002ad 0056d 0cb69
    00da9 00d92 09d25 00d25 15a4d 00a56 002b6 0e5b5 006d5 00ea9 0be92 00e92 00d26 06a56 00a57 114d6 0035a 006d5 0aec9 00749
    00693 0952b 0052b 00a5b 0555a 0056a 0fb55 00ba4 00b49 0ba93 00a95 0052d 08a6d 00ab5 135aa 005d2 00da5 0dd4a 00e4a 00c95
    0952e 00556 00ab5 055b2 006d2 0cea5 00f25 0064a 0ac97 004ab 0055b 06ad6 00b69 17752 00b52 00b25 0da4b 00a4b 004ab 0a55b
    005ad 00b6a 05b52 00d92 0fd25 00d25 00a55 0b4ad 004b6 005b5 06daa 00ec9 11e92 00e92 00d26 0ca56 00a57 004d6 086d5 00755
    00749 06e93 00693 0f52b 0052b 00a5b 0b55a 0056a 00b65 0974a 00b49 11a95 00a95 0052d 0caad 00ab5 005aa 08ba5 00da5 00d4a
    07c95 00c96 0f94e 00556 00ab5 0b5b2 006d2 00ea5 08e4a 0068b 10c97 004ab 0055b 0cad6 00b6a 00752 09725 00b45 00a8b 0549b
"""


def lunar_days() -> pa.Table:
    """Every day: solar and lunar, both as eight digits. A leap month bears the number of the month before it, as people write it."""
    solar, lunar, day = [], [], FIRST_DAY
    for year, code in enumerate((int(word, 16) for word in _YEARS.split()), FIRST_YEAR):
        leap = code >> 13
        for place in range(13 if leap else 12):
            month = place + 1 - (0 < leap <= place)
            for of_month in range(1, 30 + (code >> place & 1)):
                solar.append(f"{day:%Y%m%d}")
                lunar.append(f"{year}{month:02}{of_month:02}")
                day += timedelta(days=1)
    return pa.table({"solar": solar, "lunar": lunar})
