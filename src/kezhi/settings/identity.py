"""Settings of who is who."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kezhi.settings.section import Section

SurvivalRule = Literal["trusted", "newest", "frequent", "complete", "longest", "reachable", "valid"]


SurvivingField = Literal[
    "name", "phone", "email", "id_number", "gender", "birth_date", "province", "city", "address", "occupation", "wechat_id", "member_id",
    "app_id",
]  # fmt: skip


class IdentitySettings(Section):
    """Guards of the exact keys, and what probable links need."""

    max_records_per_value: int = Field(8, ge=1)  # a phone or mail of more records is shared and joins nobody
    max_names_per_value: int = Field(2, ge=1)  # a phone or mail with more different names is shared and joins nobody
    max_cluster_size: int = Field(50, ge=1)
    ignored_values: list[str] = []  # besides the built-in placeholders
    probable_links: bool = True  # join records by the weight of all they tell, beside exact keys
    probability: float = Field(0.9, gt=0, le=1)  # links at least as probable as this are made
    pairs_per_record: float = Field(3.0, gt=0)  # how many pairs a blocking rule may bring together
    review: bool = False  # find uncertain pairs for people to decide, even where probable links are not made
    survivorship: dict[SurvivingField, SurvivalRule] = {}  # which record a field of the golden row is taken from, where not as usual
    review_from: float = Field(0.2, gt=0, lt=1)  # pairs at least as probable as this are uncertain
    review_to: float = Field(0.99, gt=0, le=1)  # and at least as probable as this certain, unless a guard stopped them
    rematch_below: int = Field(20_000, ge=0)  # fewer records than this are all matched at every run: it takes seconds
    rematch_share: float = Field(0.1, ge=0, le=1)  # when more of them came or changed since weights were learnt, all are matched again
    relearn_answers: int = Field(100, ge=1)  # or when people answered so many pairs since: the weights are learnt with them


class EntitySettings(Section):
    """What makes a household, a company and a student."""

    most_in_household: int = Field(8, ge=2)  # a landline or address of more customers is a dormitory's or a switchboard's
    least_in_company: int = Field(2, ge=1)  # customers with mail addresses of one domain
    free_mail: list[str] = [
        "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "139.com", "189.cn", "wo.cn", "sina.com", "sina.cn", "sohu.com", "aliyun.com",
        "tom.com", "21cn.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.com.cn",
        "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru", "yandex.ru", "proton.me", "protonmail.com",
        "example.com", "test.com",
    ]  # fmt: skip  # domains where anybody has a mail address
    student_occupations: list[str] = ["学生", "大学生", "本科生", "研究生", "在校学生", "student"]
    campus_words: list[str] = ["大学", "学院", "宿舍", "校区", "campus", "university", "dormitory"]  # in an address
