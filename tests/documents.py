"""Facts of the three documents, as the drawings show them; the tests and the bench print them."""

COMMON = {
    "zone": "Europe/Oslo",
    "network": "Ped.ledernettverk Vesterålen",
}
PURPOSE = {
    "purpose": "Et lærende nettverk for alle pedagogiske ledere i Vesterålen og Lødingen. Vi "
    "samarbeider, deler erfaringer og lærer av hverandre slik at praksis i barnehagene endrer seg.",
    "goals": [
        "Samarbeid og erfaringsdeling som endrer praksis i egen barnehage",
        "Ped.lederne får støtte i å lede barnehagebasert utvikling i eget personale",
    ],
}


def _items(*rows: tuple[str, str, str, str, str]) -> list[dict]:
    return [
        {
            "starts_at": f"2026-02-03T{starts}:00+01:00",
            "ends_at": f"2026-02-03T{ends}:00+01:00",
            "title": title,
            "text": text,
            "lead": lead,
        }
        for starts, ends, title, text, lead in rows
    ]


PROGRAMME = COMMON | {
    **PURPOSE,
    "cross_cutting": ["Verdisyn", "Organisasjonskultur"],
    "theme": "Voksenrollen: kultur og kommunikasjon",
    "number": 2,
    "of": 3,
    "starts_at": "2026-02-03T08:00:00+00:00",
    "ends_at": "2026-02-03T11:00:00+00:00",
    "place": "Lillestua barnehage, Skolegata 4, Sortland. Møterom 2. etasje, heis.",
    "group": "Sortland 2",
    "leader": "Kari Nilsen",
    "leader_phone": "90 00 00 00",
    "before": {
        "due_on": "2026-01-27",
        "text": "Les kapittel 3 (12 sider). Skriv om én episode. Lever på nett.",
    },
    "during": {"minutes": 180},
    "after": {"due_on": "2026-04-14", "text": "Prøv ut aksjonen din. Logg hva dere lærte."},
    "aims": [
        "Vi kjenner igjen trekk ved egen kultur i møte med barn og voksne.",
        "Hver deltaker har valgt én aksjon for egen barnehage.",
    ],
    "items": _items(
        (
            "09:00",
            "09:15",
            "Velkommen og innsjekk",
            "Én setning hver: Hva tar du med deg inn i dag?",
            "Prosessleder",
        ),
        (
            "09:15",
            "09:55",
            "Runde: del fra forarbeidet",
            "Fem minutter hver. Den som deler, snakker uavbrutt. De andre noterer ett spørsmål.",
            "Alle",
        ),
        (
            "09:55",
            "10:20",
            "Webinar: Den autoritative voksne",
            "Film, 22 minutter. Lenke ligger på samlingssiden.",
            "Universitetet",
        ),
        ("10:20", "10:35", "Pause", "", ""),
        (
            "10:35",
            "11:25",
            "Refleksjon i par og plenum",
            "1. Hvor ser vi kulturen vår tydeligst? 2. Hva gjør vi når en kollega ikke er med? "
            "3. Hva er det minste vi kan prøve?",
            "Par, så plenum",
        ),
        (
            "11:25",
            "11:50",
            "Velg aksjon",
            "Hver deltaker skriver én aksjon: hva, med hvem, når, og hvordan dere ser at det "
            "virker.",
            "Alle",
        ),
        (
            "11:50",
            "12:00",
            "Oppsummering",
            "Tema til neste samling. Send inn i appen.",
            "Prosessleder",
        ),
    ),
    "participants": [
        {"name": name, "institution": place}
        for name, place in (
            ("Ingrid Olsen", "Lillestua"),
            ("Tone Strand", "Kvitnes"),
            ("Siv Eriksen", "Vestmarka"),
            ("Mona Lie", "Solbakken"),
            ("Elin Rask", "Holand"),
            ("Hege Ness", "Jennestad"),
        )
    ],
}

MINUTES = COMMON | {
    "theme": "Voksenrollen: kultur og kommunikasjon",
    "number": 2,
    "of": 3,
    "group": "Sortland 2",
    "state": "approved",
    "approved_on": "2026-02-09",
    "starts_at": "2026-02-03T08:00:00+00:00",
    "ends_at": "2026-02-03T11:05:00+00:00",
    "place": "Lillestua barnehage",
    "leader": "Kari Nilsen",
    "secretary": "Elin Rask",
    "present": ["Ingrid Olsen", "Tone Strand", "Siv Eriksen", "Mona Lie", "Elin Rask"],
    "expected": 6,
    "absent": [{"name": "Hege Ness", "told_on": "2026-02-02"}],
    "summary": "Fem av seks delte en episode fra eget arbeid. Garderoben gikk igjen som stedet der "
    "voksenrollen blir synlig. Gruppa valgte fem aksjoner og foreslår «tilbakemelding til "
    "kolleger» som tema neste gang.",
    "items": [
        {
            "title": "Runde: del fra forarbeidet",
            "text": "Flere beskrev uro i overganger. Tone prøvde å vente tre sekunder før hun "
            "svarte. Gruppa merket seg at få ord fra den voksne ga roligere overganger.",
            "agreed": [],
        },
        {
            "title": "Refleksjon",
            "text": "Parene la fram hva som hindrer dem i å gi kolleger tilbakemelding: tid, "
            "uklar rolle og frykt for å kritisere.",
            "agreed": [
                "Alle prøver én tilbakemelding etter modellen i kapittel 3 og forteller om den på "
                "samling 3."
            ],
        },
    ],
    "actions": [
        {"who": who, "what": what, "with_whom": with_whom, "due_on": "2026-04-14"}
        for who, what, with_whom in (
            ("Ingrid", "Voksne ned på gulvet i garderoben", "Avdeling Blå"),
            ("Tone", "Tre sekunder før svar", "Hele personalet"),
            ("Siv", "Faste par for tilbakemelding", "Avdeling Sol"),
            ("Mona", "Film én overgang, se den sammen", "Styrer og avdeling"),
            ("Elin", "Ukas undring på avdelingsmøtet", "Avdeling Fjell"),
        )
    ],
    "to_board": "Ønsket tema for samling 3: tilbakemelding til kolleger. Webinaret var for langt; "
    "15 minutter er nok.",
    "next": {
        "number": 3,
        "starts_at": "2026-04-28T07:00:00+00:00",
        "ends_at": "2026-04-28T10:00:00+00:00",
        "place": "Kvitnes barnehage",
    },
}


def count(done: int, of: int) -> dict:
    """How a report counts; nothing in per cent where fewer than five could be told apart."""
    return {"done": done, "of": of, "percent": round(100 * done / of) if of >= 5 else None}


def _group(name: str, people: int, *done: int) -> dict:
    before, came, tried, minutes = done
    return {
        "name": name,
        "people": people,
        "preparation": count(before, people),
        "attendance": count(came, people),
        "actions": count(tried, people),
        "minutes": count(minutes, 1),
    }


REPORT = COMMON | {
    **PURPOSE,
    "region": "REKOM Vesterålen",
    "season": "2025/2026",
    "through": 1,
    "summary": "Ni grupper i seks kommuner har holdt første samling. Åtte av ni har godkjent "
    "referat. Forarbeidet er levert av 86 prosent, men under halvparten av aksjonene er fullført. "
    "Innsatsen stopper etter samlingen, ikke før den.",
    "preparation": count(43, 50),
    "attendance": count(47, 50),
    "actions": count(26, 50),
    "minutes": count(8, 9),
    "groups": [
        _group("Andøy 1", 5, 4, 4, 1, 1),
        _group("Bø 1", 5, 3, 5, 0, 0),
        _group("Hadsel 1", 6, 5, 5, 3, 1),
        _group("Hadsel 2", 5, 5, 5, 3, 1),
        _group("Lødingen 1", 4, 4, 3, 3, 1),
        _group("Sortland 1", 6, 6, 6, 5, 1),
        _group("Sortland 2", 6, 5, 6, 4, 1),
        _group("Sortland 3", 6, 6, 5, 3, 1),
        _group("Øksnes 1", 6, 4, 6, 3, 1),
    ],
    "figures_on": "2026-01-23",
    "learned": "Tema som går igjen i etterarbeidet: overganger (9 aksjoner), tilbakemelding mellom "
    "voksne (7), observasjon (5), roller i avdelingsteamet (4).",
    "feedback": [
        {"question": "Forarbeidet var relevant for min barnehage", "average": 4.2, "answers": 41},
        {"question": "Jeg fikk nytte av refleksjonen i gruppa", "average": 4.6, "answers": 41},
        {"question": "Webinaret hadde riktig lengde", "average": None, "answers": 4},
    ],
    "wishes": [
        {"theme": "Tilbakemelding til kolleger", "groups": 6},
        {"theme": "Måling av progresjon i utviklingsarbeid", "groups": 1},
    ],
    "recommendation": "Kort ned webinaret til 15 minutter. Legg ti minutter til aksjonsvalget. "
    "Send påminnelse om aksjonen fire uker etter samlingen.",
}

ALL = {
    "pdf/programme.html": PROGRAMME,
    "pdf/minutes.html": MINUTES,
    "pdf/report.html": REPORT,
}
