"""The season's report: figures as approved, texts nobody loses, its print, who may what."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from gatherings import reporting
from gatherings.models import Report
from networks.models import Network, NetworkGroup, Season
from office.delivery import make_waiting
from office.models import Document
from participants.models import Role
from tests.factories import (
    GatheringFactory,
    MunicipalityFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.gatherings.overview.held import held_group, rows_of

pytestmark = pytest.mark.django_db


def test_an_approved_report_keeps_its_figures_and_its_text(client, region, consultant):
    group = held_group(region, present=4)
    report = reporting.begin(group.season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.post(url, {"summary": "Året gikk bra.", "approve": "1"})
    report.refresh_from_db()
    assert (report.state, report.approved_by) == (Report.State.APPROVED, consultant)
    assert report.figures["attendance"] == {"done": 4, "of": 5, "percent": 80}

    group.gatherings.get().attendances.update(presence="present")
    client.post(url, {"summary": "Noe annet"})
    assert "80 %" in client.get(url).content.decode()
    assert "Året gikk bra." in client.get(url).content.decode()


def test_v2_the_report_prints_purpose_and_goals_as_they_were_when_it_was_approved(
    client, region, consultant
):
    Network.objects.filter(pk=held_group(region).season.network_id).update(
        purpose="Vi lærer av hverandre.", goals="Praksis endrer seg\nStøtte i utviklingsarbeid"
    )
    report = reporting.begin(Season.objects.get(), by=consultant)
    reporting.approve(report, by=consultant)
    Network.objects.update(purpose="Et nytt formål.", goals="")
    make_waiting()
    client.force_login(consultant)

    page = client.get(reverse("gatherings:report", args=[report.pk])).content.decode()
    printed = client.get(reverse("gatherings:report_pdf", args=[report.pk])).content

    assert "Vi lærer av hverandre." in page
    assert "<li>Praksis endrer seg</li><li>Støtte i utviklingsarbeid</li>" in page
    pages = PdfReader(BytesIO(printed)).pages
    words = " ".join(" ".join(each.extract_text() for each in pages).split())
    assert "Nettverkets formål og mål Vi lærer av hverandre. Praksis endrer seg Støtte i" in words


def test_the_report_counts_an_extra_round_as_planned_on_the_page_and_in_print(
    client, region, consultant
):
    group = held_group(region)  # has held samling 1 of the three the rules name
    extra = RoundFactory(season=group.season, number=4)
    GatheringFactory(group=group, round=extra, held=True)
    report = reporting.begin(group.season, by=consultant)
    reporting.approve(report, by=consultant)
    make_waiting()
    client.force_login(consultant)

    page = client.get(reverse("gatherings:report", args=[report.pk])).content.decode()
    printed = client.get(reverse("gatherings:report_pdf", args=[report.pk])).content

    told = "2 av 4 samlinger er holdt. 5 deltakere i 1 grupper."
    assert told in page
    words = " ".join(each.extract_text() for each in PdfReader(BytesIO(printed)).pages)
    assert told in " ".join(words.split())


def test_what_is_written_after_the_approval_is_shown_and_not_kept(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    reporting.approve(report, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    late = client.post(url, {"summary": "Skrevet for sent"})
    assert late.status_code == 409
    assert "Skrevet for sent" in late.content.decode()
    report.refresh_from_db()
    assert report.summary == ""
    assert client.post(url, {"pdf": "1"}).status_code == 302


def test_two_who_approve_at_once_approve_once(region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    reporting.approve(report, by=consultant)
    with pytest.raises(reporting.AlreadyApproved):
        reporting.approve(report, by=consultant)


def test_two_who_write_at_once_see_both_texts(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    seen = {"version": report.version}
    assert client.post(url, {**seen, "summary": "Den første"}).status_code == 302

    answer = client.post(url, {**seen, "summary": "Den andre", "approve": "1"})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Den første" in html
    assert "Den andre" in html
    report.refresh_from_db()
    assert (report.summary, report.state) == ("Den første", Report.State.DRAFT)
    again = {"version": report.version, "summary": "Den første og den andre"}
    assert client.post(url, again).status_code == 302


def test_the_report_is_printed_by_the_worker_and_served(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report_pdf", args=[report.pk])
    assert client.get(url).status_code == 302
    client.post(reverse("gatherings:report", args=[report.pk]), {"summary": "Blåbær", "pdf": "1"})
    assert make_waiting() == 1
    response = client.get(url)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")

    Document.objects.update(filename="Rapport-Kárášjohka.pdf")
    name = client.get(url)["Content-Disposition"]
    assert name == "inline; filename*=utf-8''Rapport-K%C3%A1r%C3%A1%C5%A1johka.pdf"


def test_the_report_says_when_its_pdf_has_other_texts_or_figures(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    told = "PDF-en har eldre tekst eller tall enn denne siden"
    assert told not in client.get(url).content.decode()
    client.post(url, {"summary": "Blåbær", "pdf": "1"})
    make_waiting()
    assert told not in client.get(url).content.decode()
    Report.objects.update(summary="Tyttebær")
    assert told in client.get(url).content.decode()


@pytest.mark.parametrize("text", ["x" * 200_000, "a\x00b", "\u200b\u200b"])
def test_a_text_that_cannot_be_kept_is_told_and_not_lost(client, region, consultant, text):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    response = client.post(
        reverse("gatherings:report", args=[report.pk]), {"summary": text, "learned": "Behold meg"}
    )
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert "Behold meg" in response.content.decode()


@pytest.fixture
def limited(region):
    """A consultant of one municipality, and her group; another one is in the same network."""
    ours, theirs = MunicipalityFactory(region=region), MunicipalityFactory(region=region)
    season = SeasonFactory(network__region=region)
    for name, where in [("Bø 1", ours), ("Andøy 1", theirs)]:
        NetworkGroup.objects.filter(pk=held_group(region, season).pk).update(
            name=name, municipality=where
        )
    role = RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT, municipality=ours)
    return role.person


@pytest.mark.parametrize("state", Report.State.values)
def test_a_consultant_of_one_municipality_reads_the_totals_and_her_own_groups(
    client, limited, consultant, state
):
    report = reporting.begin(Season.objects.get(), by=consultant)
    if state == Report.State.APPROVED:
        reporting.approve(report, by=consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.force_login(limited)
    answer = client.get(url)
    assert rows_of(answer) == ["Bø 1"]
    assert answer.context["figures"]["preparation"]["of"] == 10
    assert "Andøy 1" not in answer.content.decode()
    client.force_login(consultant)
    assert rows_of(client.get(url)) == ["Andøy 1", "Bø 1"]


def test_a_consultant_of_one_municipality_writes_but_neither_approves_nor_prints(
    client, limited, consultant
):
    report = reporting.begin(Season.objects.get(), by=consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.force_login(limited)
    page = client.get(url).content.decode()
    assert 'name="save"' in page
    assert 'name="approve"' not in page
    assert 'name="pdf"' not in page

    assert client.post(url, {"summary": "Fra Bø", "version": report.version}).status_code == 302
    report.refresh_from_db()
    for button in ("approve", "pdf"):
        typed = {"summary": "Fra Bø", "version": report.version, button: "1"}
        assert client.post(url, typed).status_code == 403
    assert client.get(reverse("gatherings:report_pdf", args=[report.pk])).status_code == 403
    report.refresh_from_db()
    assert (report.summary, report.state) == ("Fra Bø", Report.State.DRAFT)
    assert not Document.objects.exists()
