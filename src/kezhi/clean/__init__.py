"""
One fact, one form: raw text becomes typed tables, each change is logged, each row accounted for.

What cleaning decides, for the people who must trust its numbers:

Values
    Text that is canonical is taken as it is; any other form that can only mean one thing is read and logged
    in `corrections` with the text before and the value after. Words for nothing (`NULL`, `-`, `未知`) are null
    without a correction. What could mean two things (`01/02/2024` in a file whose order of day and month
    nobody told) or nothing (30 February) is null, and logged.
    A time with a zone, or counted since 1970, becomes the local time of its source; a fraction of counted
    seconds is cut off. Amounts past 10^12 are unreadable.
    An unknown order status counts as unpaid: money counts only when it is known to be paid.
    Discounts and amounts of refunds files are positive however they were signed.
Rejected (`rejects`, with the row as it came)
    A needed value is missing or unreadable: the id of a record, product or refund, number and date of an order,
    date and name of an event, both people of a relation; the net amount of an order or line, where it is there but unreadable, for
    no other amount may stand in for it. No amount anywhere. A line whose order is not there. A relation to oneself, of somebody
    whom no file and no sale knows, or with a weight that is not above 0. Of rows with one
    id that disagree all but the newest (`updated_at`, then file name and line).
    A booking of points without a person, a time or points, of 0 points or of more than 10^9.
    Something said without a time, or without words, rating and reason; a visit without a person, a time or a place.
    Metered use without a user, a time or a quantity, with a quantity below 0 or above 10^9.
Merged (`corrections`, rule `duplicate_row`)
    Rows of one id that are equal in all mapped fields, and rows of one order that repeat exactly without a
    line number; `clean.merge_duplicate_rows: false` turns it off: ids then keep one row and reject the other,
    lines stay. Rows with neither are purchases, or events, of their own. Equal means equal values: 100 is 100.00.
Refunds
    An amount below 0, a number with the source's cancel prefix, a named original, or a row of `refunds` is a
    refund: a row of its own, never less than the purchase it gives back. It gives back the order it names,
    else that with its number (without the prefix) of the same buyer; else it is flagged
    `unmatched_refund`. Negative spend without any other mark is logged (`negative_spend_is_refund`). A purchase
    marked as refunded whose refund is a row counts as paid (`refund_is_a_row`), so that its money comes
    off once; without such a row it stays `refunded`.
    In `sales`, lines below 0 of an invoice become its refund `<id>:refund`. In `order_lines` they follow the
    refund of that number where there is one, and stay in the purchase where there is none.
Amounts
    Net, else gross minus discount, else the sum of the lines. The order's own amount stands where its lines
    come to another. A line has its net amount, else quantity × unit price minus discount, else, when it is the
    order's only line, the order's amount. Cost is quantity × unit cost, the line's own before the product's; an
    order's is null unless each line tells one.
Points
    A booking's kind is told from its word, else from its sign; a word that is not known is an adjustment. In a source
    without any booking below 0 what is redeemed or expired is taken off all the same.
What is said
    Mail addresses and numbers of seven digits or more are blotted out of words and reasons: people write their own
    into them, and personal data stand in few tables (ADR 0005). A kind that is not known is `other`.
Sales files
    Rows of one number are one order as far as buyer and status agree, else several (`<id>:2`). A product
    without a code is known by its name, else its category. A buyer without an id is known by member id, app id,
    identity number, phone, mail, WeChat id or name, the first there is (`p:` and a digest); without any
    the sale is anonymous. A product file knows better than sales rows.
Flags
    Dates after the source's `extracted_on` (or the day of the run): `future_date`, `future_registration`. Ages
    and dates of birth that cannot be: `impossible_age`, and the value is null.
Rejected corrections
    Where a person rejected a rule's corrections, or that of one text (`clean.corrections`, and the store), the text stands
    as it came in columns of text, codes, names, phones, mails and identity numbers; elsewhere the value is empty, and
    logged as `reading_rejected`. An age or date of birth that was called impossible stands as it was read.
Counts
    In every file rows_in = rows_out + rows_rejected + rows_merged, each counted by itself.
"""

from kezhi.clean.cleaning import clean
from kezhi.clean.deciding import REJECTABLE, text_key
from kezhi.clean.quality import quality_history

__all__ = ["REJECTABLE", "clean", "quality_history", "text_key"]
