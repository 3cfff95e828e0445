"""Rounds, gatherings, assignments, submissions, attendance, actions, minutes, reports."""

from gatherings.models.actions import Action
from gatherings.models.assignments import Assignment, Submission, SubmissionVersion
from gatherings.models.attendance import Attendance
from gatherings.models.gatherings import Gathering, ProgrammeItem
from gatherings.models.minutes import Agreement, Minutes
from gatherings.models.reports import Report
from gatherings.models.rounds import Round, RoundItem

__all__ = [
    "Action",
    "Agreement",
    "Assignment",
    "Attendance",
    "Gathering",
    "Minutes",
    "ProgrammeItem",
    "Report",
    "Round",
    "RoundItem",
    "Submission",
    "SubmissionVersion",
]
