"""Who is who: links, what was matched and decided, customers, and what they belong to."""

from __future__ import annotations

from kezhi.tables.shape import TIMESTAMP, Table, columns

ANONYMOUS_LINKS = Table(
    "anonymous_links",
    "Whose an anonymous id of the event collector was, and from when to when.",
    columns(
        ("source", "string", "The source whose page or app gave the id.", "!"),
        ("anonymous_id", "string", "The id of a browser or device.", "!"),
        ("tie_no", "int64", "1 for the first person it was tied to, then counted on.", "!"),
        ("record_id", "string", "The person's record; events before the first tie count for the first.", "!"),
        ("tied_at", TIMESTAMP, "When the person was first identified there.", "!"),
        ("ends_at", TIMESTAMP, "When the next person was; null for the last."),
    ),
    ("source", "anonymous_id", "tie_no"),
)


IDENTITY_LINKS = Table(
    "identity_links",
    "Which customer each record belongs to, and what tied it there.",
    columns(
        ("record_id", "string", "The record.", "!"),
        ("customer_id", "string", "The customer: the record_id of its founding record.", "!"),
        ("source", "string", "The record's source.", "!"),
        ("linked_by", "string", "The kinds of key it shares with another record of the customer, comma separated; null when none."),
        (
            "method",
            "string",
            "What ties it: `exact` (a key), `probable` (the weight of the evidence), `decided` (people); null when alone.",
        ),
        ("weight_bits", "float64", "Weight of its surest probable link, log2 of the odds; null when exact keys alone tie it."),
        ("records", "int64", "How many records the customer has.", "!"),
    ),
    ("record_id",),
)


IDENTITY_CONFLICTS = Table(
    "identity_conflicts",
    "What the guards of identity kept apart, and why.",
    columns(
        ("conflict_id", "string", "Reason, key kind (`cluster` without one) and the smallest record concerned.", "!"),
        ("reason", "string", "`placeholder`, `shared_value`, `two_id_numbers` or `too_large`.", "!"),
        ("key_kind", "string", "`phone`, `email`, `id_number`, `member_id`, `app_id`, `wechat_id`; null for a cluster."),
        ("masked_value", "string", "The value with its middle hidden."),
        ("records", "int64", "Records concerned.", "!"),
        ("customers", "int64", "Customers they became.", "!"),
    ),
    ("conflict_id",),
)


IDENTITY_MATCHES = Table(
    "identity_matches",
    "Pairs of records that no exact key joined and whose evidence reaches the threshold, and what became of them.",
    columns(
        ("left_record_id", "string", "One record.", "!"),
        ("right_record_id", "string", "The other record.", "!"),
        ("weight_bits", "float64", "Weight of the evidence, log2 of the odds that they are one person.", "!"),
        ("probability", "float64", "Probability that they are one person.", "!"),
        ("outcome", "string", "`joined`, or why not: `two_id_numbers`, `other_name`, `household_only`, `contradicted`, `too_large`.", "!"),
    ),
    ("left_record_id", "right_record_id"),
)


IDENTITY_WEIGHTS = Table(
    "identity_weights",
    "What each degree of agreement is worth, learnt from the records; `prior` is what is expected before any is known.",
    columns(
        ("comparison", "string", "What is compared, or `prior`.", "!"),
        ("agreement", "string", "How far it agrees.", "!"),
        ("match_share", "float64", "Share of it among pairs of one person; of `prior` the share of such pairs among all.", "!"),
        ("chance_share", "float64", "Share of it among pairs of strangers; null for `prior`."),
        ("weight_bits", "float64", "log2 of the two shares' ratio; a rare value that is the same weighs more.", "!"),
    ),
    ("comparison", "agreement"),
)


_TELL_OF_NOBODY = ("gender", "province", "city", "company", "street", "postcode")


IDENTITY_FORMS = Table(
    "identity_forms",
    "What every record told at the last matching, in the forms that are compared: only records that come or change are matched at the next.",
    columns(
        ("record_id", "string", "The record; of those that tell anything.", "!"),
        ("row", "int64", "Its number: of two equal links that of the smaller is taken first.", "!"),
        ("content", "string", "A digest of all it tells: another one, and the record has changed.", "!"),
        ("exact_cluster", "string", "A record of those that exact keys hold together.", "!"),
        ("matched_cluster", "string", "A record of the customer that matching made, before what people decided.", "!"),
        ("probability", "float64", "That of its surest link within the customer; alone, that none of its pairs is one person.", "!"),
        ("is_learnt", "boolean", "Whether the weights were learnt with it.", "!"),
        ("id_valid", "boolean", "Whether its identity number is valid.", "!"),
        ("landline", "boolean", "Whether its phone is no mobile; null without one."),
        *(
            (name, "string", note, "" if name in _TELL_OF_NOBODY else "p")
            for name, note in (
                ("full", "Chinese name in simplified characters."),
                ("written", "Chinese name as written."),
                ("sound", "The name's pinyin or Latin letters."),
                ("family", "Chinese family name."),
                ("given", "Western given name."),
                ("surname", "Western surname."),
                ("phone", "Digits of the phone."),
                ("local_number", "Its last seven digits."),
                ("email", "Mail address."),
                ("mail_name", "What stands before its @."),
                ("id_number", "Identity number."),
                ("birth", "Day of birth in digits."),
                ("lunar_birth", "The same day by the lunar calendar."),
                ("gender", "Gender, a letter."),
                ("address", "Address."),
                ("house", "Address up to the house number."),
                ("street", "Address up to the street."),
                ("province", "Province."),
                ("city", "City."),
                ("postcode", "Postcode."),
                ("company", "Company without its legal form."),
                ("member_id", "Member id."),
                ("app_id", "App id."),
                ("wechat_id", "WeChat id."),
            )
        ),
    ),
    ("record_id",),
)


IDENTITY_MATCHING = Table(
    "identity_matching",
    "How records were matched at this run: all of them, or those that came or changed since the weights were learnt.",
    columns(
        ("fingerprint", "string", "Of settings and rules; another one, and all records are matched again.", "!"),
        ("learnt_on", "date", "The day of the run that learnt the weights.", "!"),
        ("is_full", "boolean", "Whether all records were matched.", "!"),
        ("records", "int64", "Records that tell anything.", "!"),
        ("learnt_records", "int64", "Of them, those the weights were learnt with.", "!"),
        ("fresh_records", "int64", "Of them, those that came or changed since the last run.", "!"),
        ("answers_since", "int64", "Pairs of which people say something else now than when the weights were learnt.", "!"),
    ),
    ("fingerprint",),
)


IDENTITY_TRADE_OFF = Table(
    "identity_trade_off",
    "What another threshold would give, by the probabilities of the pairs that no exact key joins and nothing stands against.",
    columns(
        ("threshold", "float64", "Links at least as probable as this would be made.", "!"),
        ("links", "int64", "How many pairs that is.", "!"),
        ("likely_links", "float64", "How many of them are expected to be one person: the sum of their probabilities.", "!"),
        ("expected_precision", "float64", "Share of the links that is expected to be true; null without a link."),
        ("expected_recall", "float64", "Share of all pairs expected to be one person that the links are; null when none is."),
        ("is_chosen", "boolean", "Whether it is the threshold in use.", "!"),
    ),
    ("threshold",),
)

IDENTITY_DECISIONS = Table(
    "identity_decisions",
    "What people decided about who is who, as the run found it in the store; of those that contradict each other the newest holds.",
    columns(
        ("decision_id", "string", "The decision.", "!"),
        ("number", "int64", "Its place in time, from 1.", "!"),
        ("kind", "string", "`same` (one person), `apart` (two persons), or `later` (no answer yet).", "!"),
        ("one_records", "array<string>", "Records of the one.", "!"),
        ("other_records", "array<string>", "Records of the other.", "!"),
        ("author", "string", "Login or name of who decided.", "!"),
        ("made_on", "date", "The day it was decided.", "!"),
        ("undone_on", "date", "The day it was undone; null while it holds."),
    ),
    ("decision_id",),
)


IDENTITY_HISTORY = Table(
    "identity_history",
    "Which customer each record belonged to since when: one row whenever that changed; a record's row of the highest number holds.",
    columns(
        ("record_id", "string", "The record.", "!"),
        ("number", "int64", "The how-manieth row of the record, from 1.", "!"),
        (
            "event",
            "string",
            "`new`, `joined` (a new record of a customer that lived), `merged` (former_id is no more), `split` (customer_id is new or "
            "back), `moved` (both live) or `gone` (from all sources).",
            "!",
        ),
        ("customer_id", "string", "The customer from then on; null for `gone`."),
        ("former_id", "string", "The customer before; null for `new` and `joined`."),
        (
            "decision_id",
            "string",
            "The newest decision of people that names the record, for `merged`, `split` and `moved`; null without one.",
        ),
        ("as_of", "date", "The first day that the run had not seen.", "!"),
        ("recorded_on", "date", "The day of the run.", "!"),
    ),
    ("record_id", "number"),
)


IDENTITY_REVIEW = Table(
    "identity_review",
    "Uncertain pairs of records for people to decide: between the two thresholds of review, or stopped by a guard above the lower one.",
    columns(
        ("pair_id", "string", "A short name of the pair.", "!"),
        ("left_record_id", "string", "One record.", "!"),
        ("right_record_id", "string", "The other record.", "!"),
        ("weight_bits", "float64", "Weight of the evidence, log2 of the odds that they are one person.", "!"),
        ("probability", "float64", "Probability that they are one person.", "!"),
        ("outcome", "string", "`joined`, `below_threshold`, or the guard that kept them apart.", "!"),
    ),
    ("pair_id",),
)


IDENTITY_EVIDENCE = Table(
    "identity_evidence",
    "What speaks for and against each pair of `identity_review`, a row per field that both records tell.",
    columns(
        ("pair_id", "string", "The pair.", "!"),
        ("comparison", "string", "What is compared.", "!"),
        ("agreement", "string", "How far it agrees.", "!"),
        ("weight_bits", "float64", "What that is worth, log2: above 0 for one person, below for two.", "!"),
    ),
    ("pair_id", "comparison"),
)


_SURVIVING = (
    "name",
    "phone",
    "email",
    "id_number",
    "gender",
    "birth_date",
    "province",
    "city",
    "address",
    "occupation",
    "wechat_id",
    "member_id",
    "app_id",
)


_SURVIVING_PERSONAL = {"name", "phone", "email", "id_number", "birth_date", "address", "wechat_id", "member_id", "app_id"}


CUSTOMERS = Table(
    "customers",
    "One row per customer: each field by its survivorship rule, with the source it came from.",
    columns(
        ("customer_id", "string", "Record_id of the founding record; lives through re-runs and merges.", "!"),
        ("records", "int64", "How many records of how many systems make this customer.", "!"),
        ("sources", "string", "The sources, comma separated, in order.", "!"),
        *(
            row
            for field in _SURVIVING
            for row in (
                (field, "date" if field == "birth_date" else "string", f"Surviving {field}.", "p" if field in _SURVIVING_PERSONAL else ""),
                (f"{field}_source", "string", f"The source {field} came from."),
            )
        ),
        ("registered_at", TIMESTAMP, "Earliest registration."),
        ("flags", "string", "Flags of its records, comma separated."),
    ),
    ("customer_id",),
)


CUSTOMER_VALUES = Table(
    "customer_values",
    "What the records of a customer of several tell: a row per field and value, whether the golden row keeps it, and by what rule; the value "
    "itself is in `customer_records`.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("field", "string", "The field of `customers`.", "!"),
        ("record_id", "string", "The first record, by the rule, that tells the value.", "!"),
        ("is_kept", "boolean", "True for the one that `customers` has.", "!"),
        ("rule", "string", "The rule of the settings that chose.", "!"),
        ("records", "int64", "Records that tell this value.", "!"),
        ("sources", "string", "Their sources, comma separated, in order.", "!"),
        ("told_at", TIMESTAMP, "When the newest of them was changed, or registered; null when none tells."),
        ("alternatives", "int64", "Other values of this field; above 0 the records contradict each other.", "!"),
    ),
    ("customer_id", "field", "record_id"),
)


ENTITIES = Table(
    "entities",
    "Households, companies, accounts and devices: what customers belong to and what is not a person.",
    columns(
        ("entity_id", "string", "Type and the first of its customers; of a company its mail domain.", "!"),
        ("entity_type", "string", "`household`, `company`, `account` (one bill) or `device`.", "!"),
        ("label", "string", "Mail domain of a company; null for others."),
        ("customers", "int64", "Customers who belong to it.", "!"),
    ),
    ("entity_id",),
)


ENTITY_LINKS = Table(
    "entity_links",
    "Who belongs to which entity, in what role; it joins nobody into one customer.",
    columns(
        ("entity_id", "string", "The entity.", "!"),
        ("entity_type", "string", "As in entities.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("role", "string", "`member` of a household, `employee` of a company, `payer` or `user` of an account, `user` of a device.", "!"),
        ("told_by", "string", "What tells it, comma separated: `address`, `landline`, `relation`, `mail`, `bill`.", "!"),
    ),
    ("entity_id", "customer_id", "role"),
)


CUSTOMER_SCOPES = Table(
    "customer_scopes",
    "Types of customers with rules of their own: on campus, in a family, of an enterprise; a customer may have several.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("scope", "string", "`campus`, `family` or `enterprise`.", "!"),
        ("told_by", "string", "What tells it, comma separated: `mail`, `occupation`, `address`, `household`, `company`.", "!"),
    ),
    ("customer_id", "scope"),
)
