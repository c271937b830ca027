"""Why a row is refused, in words for the person who mends it. Never quotes a value: reports end up in logs.

The words are English here, marked for the catalogues; services translate them (`services.loading.in_words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def N_(words: str) -> str:  # noqa: N802  the name that the catalogue's extractor knows
    """Mark words for translation without translating them."""
    return words


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a row was refused: where it is, which field, and the words for what has to change."""

    file: str
    line: int
    field: str
    words: str
    values: tuple[tuple[str, str], ...] = ()
    """What the words' gaps are filled with, always of the format's own making."""

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.words % dict(self.values)

    def __str__(self) -> str:
        """The line that a report shows."""
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


def problem(file: str, line: int, field: str, code: str, context: Mapping[str, Any] | None = None) -> Problem:
    """A problem from its reason's code; an unlisted code still says that the field is wrong."""
    words = REASONS.get(code, REASONS["other"])
    values = tuple((key, str(value)) for key, value in (context or {}).items() if f"%({key})s" in words)
    return Problem(file, line, field, words, values)


REASONS = {
    "other": N_("is not right"),
    # of the file or the line as a whole
    "not_utf8": N_("is not UTF-8 text"),
    "too_long_line": N_("the line is longer than 1,000,000 bytes"),
    "not_json": N_("is not JSON"),
    "too_deep": N_("is nested too deeply"),
    "not_an_object": N_("must be a JSON object with review, child and people"),
    "key_twice": N_("is given twice in one object"),
    "number_too_big": N_("is a number that no field holds"),
    "not_csv": N_("is not CSV: a quotation mark or a comma is in the wrong place"),
    "row_too_long": N_("has more cells than the first line has columns"),
    "unknown_column": N_("is not a column of the format"),
    "column_twice": N_("is a column twice"),
    "column_missing": N_("is a column that the file has to have"),
    "rows_disagree": N_("is not the same as on the review's first line"),
    "not_yes_no": N_("must be yes or no"),
    "review_of_other_child": N_("this review belongs to another child already"),
    "review_twice": N_("this review is already earlier in the file"),
    # of one field (pydantic's own names)
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not a field of the format"),
    "literal_error": N_("must be one of: %(expected)s"),
    "string_type": N_("must be text"),
    "string_unicode": N_("holds a character that is not a whole character"),
    "string_too_short": N_("must not be empty"),
    "string_too_long": N_("must have at most %(max_length)s characters"),
    "string_pattern_mismatch": N_("holds characters that are not allowed here"),
    "bool_type": N_("must be true or false"),
    "int_type": N_("must be a whole number"),
    "greater_than_equal": N_("must be %(ge)s or later"),
    "less_than_equal": N_("must be %(le)s or earlier"),
    "too_long": N_("must have at most %(max_length)s items"),
    "tuple_type": N_("must be a list"),
    "model_type": N_("must be an object"),
    # of one field (our own)
    "not_a_day": N_("must be a day that exists, as in 2027-03-28"),
    "not_a_moment": N_("must be a day and time that exist, as in 2027-03-28T16:00"),
    "clock_change": N_("London's clocks skip this time or show it twice: add the offset, as in +01:00"),
    "not_an_email": N_("must be one email address"),
    "not_a_phone": N_("must be one phone number"),
    # between fields
    "window_backwards": N_("must not be before review.window_start"),
    "held_without_date": N_("is needed, because review.status is held"),
    "decision_twice": N_("two decisions have the same id"),
    "birth_unknown": N_("is needed, because child.birth_date is not known"),
    "birth_disagrees": N_("is not the year of child.birth_date"),
    "care_before_birth": N_("must not be before child.birth_date"),
    "review_before_birth": N_("must not be before child.birth_date"),
    "person_twice": N_("two people of this row have the same id"),
    "person_is_child": N_("is the child's own id"),
    "fact_needed": N_("is needed, because a booklet is sent; or set reach.way to none"),
    "fact_birthday_form": N_("must be a day and month that exist, as in 28-03"),
    "fact_postcode_form": N_("must be a whole postcode"),
    "fact_not_birthday": N_("does not agree with child.birth_date"),
    "whatsapp_too_young": N_("must not be whatsapp for a child under 13"),
    "email_needed": N_("is needed, because reach.way is email"),
    "phone_needed": N_("is needed, because reach.way is sms or whatsapp"),
    "address_needed": N_("is needed, because reach.way is letter"),
    "must_but_may_not": N_("must not be true where may_attend is false"),
    "must_but_no_contact": N_("must not be true where no_contact is true"),
    "authority_needed": N_("is needed, because somebody with parental responsibility is not consulted"),
    "parent_and_adopters": N_("must be false: a birth parent may not learn about the adopters' home"),
    "parent_at_adoption_review": N_("must be false: birth parents don't come to adoption reviews"),
}
