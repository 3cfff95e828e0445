"""What the invented people of Vesterålen read, write, agree on and try."""

PURPOSE = (
    "Et lærende nettverk for alle pedagogiske ledere i Vesterålen og Lødingen. Vi samarbeider, "
    "deler erfaringer og lærer av hverandre slik at praksis i barnehagene endrer seg."
)
GOALS = """Samarbeid og erfaringsdeling som endrer praksis i egen barnehage
Ped.lederne får støtte i å lede barnehagebasert utvikling i eget personale
Innholdet passer for alle, uansett hvor barnehagen er i arbeidet sitt
Felles tema gir regionen felles retning"""

THEMES = [
    (
        "Barnehagen som pedagogisk virksomhet",
        [("Ledelse av utviklingsarbeid", ["Målstyring", "Observasjon", "Roller"])],
    ),
    (
        "Et inkluderende miljø for omsorg, lek, læring og danning",
        [("Voksenrollen", ["Holdninger og verdier", "Kultur", "Kommunikasjon"])],
    ),
]
CROSS_CUTTING = ["Verdisyn", "Ledelse av utviklingsarbeid", "Organisasjonskultur"]

ROUNDS = [
    {
        "theme": "Voksenrollen: kultur og kommunikasjon",
        "cross_cutting": ["Verdisyn", "Organisasjonskultur"],
        "aims": "Vi kjenner igjen trekk ved egen kultur i møte med barn og voksne.\n"
        "Hver deltaker har valgt én aksjon for egen barnehage.",
        "items": [
            (
                "Velkommen og innsjekk",
                15,
                "common",
                "Prosessleder",
                "Én setning hver: Hva tar du med deg inn i dag?",
            ),
            (
                "Runde: del fra forarbeidet",
                40,
                "round",
                "Alle",
                "Fem minutter hver. Den som deler, snakker uavbrutt. De andre noterer ett spørsmål.",
            ),
            (
                "Innspill: den autoritative voksne",
                25,
                "input",
                "Kompetansemiljøet",
                "Film, 22 minutter.",
            ),
            ("Pause", 15, "break", "", ""),
            (
                "Refleksjon i par og plenum",
                45,
                "reflection",
                "Par, så plenum",
                "Hvor ser vi kulturen vår tydeligst?\nHva gjør vi når en kollega ikke er med?\nHva er det minste vi kan prøve?",
            ),
            (
                "Velg aksjon",
                25,
                "action",
                "Alle",
                "Hver deltaker skriver én aksjon: hva, med hvem, når, og hvordan dere ser at det virker.",
            ),
            (
                "Oppsummering",
                15,
                "common",
                "Prosessleder",
                "Tema til neste samling. Kveldskortet: én ting jeg tar med hjem.",
            ),
        ],
        "before": [
            (
                "read",
                "Les «Den autoritative voksne»",
                "Tolv sider. Merk deg én setning du vil diskutere.",
                20,
            ),
            (
                "write",
                "Skriv om én episode",
                "Beskriv en situasjon der du som leder veiledet en kollega i voksenrollen. Hva gjorde du, og hva skjedde?",
                20,
            ),
        ],
    },
    {
        "theme": "Observasjon som redskap når vi leder utviklingsarbeid",
        "cross_cutting": ["Ledelse av utviklingsarbeid"],
        "aims": "Vi skiller mellom å se og å tolke.\nHver deltaker har en aksjon som er liten nok til å bli prøvd.",
        "items": [
            (
                "Velkommen. Mål for i dag",
                10,
                "common",
                "Prosessleder",
                "Hva som er sagt i gruppa, blir i gruppa.",
            ),
            (
                "Hva skjedde med aksjonen?",
                35,
                "round",
                "Alle",
                "Hva prøvde du?\nHva la du merke til?\nHva overrasket deg?",
            ),
            (
                "Kort film: å se etter før vi mener noe",
                15,
                "input",
                "Kompetansemiljøet",
                "Ni minutter.",
            ),
            (
                "Forarbeidet: hva ser vi, hva tolker vi?",
                35,
                "reflection",
                "Par, så felles",
                "En setning fra teksten som utfordret deg.\nHva så du? Hva tolket du?",
            ),
            ("Pause", 15, "break", "", ""),
            (
                "Kollegaveiledning",
                35,
                "peer_coaching",
                "Én av oss",
                "Jeg la merke til …\nJeg lurer på …\nHar dere prøvd …",
            ),
            (
                "Ny aksjon: skriv den, gjør den mindre",
                20,
                "action",
                "Alene og i par",
                "Les for en annen. Hva er det minste du kan prøve?",
            ),
            ("Temaønsker og oppgave til neste gang", 10, "common", "Referent", ""),
            ("Kveldskortet", 5, "round", "Alle", "Én ting jeg tar med hjem."),
        ],
        "before": [
            (
                "read",
                "Les «Å se før jeg mener»",
                "To sider. Kan høres, ni minutter. Hvilken setning vil du diskutere?",
                15,
            ),
            (
                "write",
                "Fem minutter i en fast situasjon",
                "Velg garderobe, måltid, samling eller uteleik. Se i fem minutter. Skriv først bare hva som skjer, så hva du tenker. Hva gjorde dere voksne?",
                20,
            ),
            (
                "write",
                "Sammen med styrer",
                "Hvordan passer dette med det barnehagen vår arbeider med nå?",
                5,
            ),
        ],
    },
    {
        "theme": "Å veilede nye kolleger",
        "cross_cutting": ["Ledelse av utviklingsarbeid", "Organisasjonskultur"],
        "aims": "Vi har prøvd én måte å veilede på som kan brukes i en vanlig uke.",
        "items": [
            ("Velkommen", 10, "common", "Prosessleder", ""),
            ("Hva skjedde med aksjonen?", 40, "round", "Alle", "Hva prøvde du?\nHva lærte dere?"),
            ("Innspill: de første fire ukene", 30, "input", "Kompetansemiljøet", ""),
            ("Pause", 15, "break", "", ""),
            ("Kollegaveiledning", 45, "peer_coaching", "Én av oss", ""),
            (
                "Året som gikk, og neste steg",
                40,
                "reflection",
                "Felles",
                "Hva har endret seg i barnehagen?\nHva skal neste gruppe arve?",
            ),
        ],
        "before": [
            ("read", "Les «De første fire ukene»", "Seks sider.", 15),
            ("write", "En gang jeg var ny", "Hva hjalp deg? Hva savnet du?", 15),
        ],
    },
]
AFTER = (
    "write",
    "Fortell hvordan det gikk",
    "Hva prøvde dere, og hva lærte dere? Noen linjer holder.",
    15,
)

EPISODES = [
    "I garderoben før lunsj var det mye uro. Jeg satte meg ned på benken og sa høyt hva jeg la merke til, i stedet for å rette på noen. Etter et par dager begynte to av de andre voksne å gjøre det samme.",
    "Jeg prøvde å vente tre sekunder før jeg svarte. Første dag glemte jeg det hele tiden. Tredje dag la en kollega merke til det og spurte hva jeg drev med. Det ble en god samtale.",
    "Vi startet avdelingsmøtet med ett spørsmål: Hva undret du deg over denne uka? Det tok ti minutter, og vi snakket mer om hva vi hadde sett enn om hva vi mente.",
    "Ved matbordet ble det mange beskjeder på rad fra oss voksne. Jeg foreslo at én sitter hele måltidet, og at de andre henter. Det ble roligere, men vi glemte det da vi var få på jobb.",
    "En kollega ba om råd om overgangen ut. Jeg svarte for fort. Neste dag spurte jeg i stedet hva hun selv hadde prøvd, og da kom hun på løsningen.",
    "Vi så på opptak av oss selv i ti minutter. Det var uvant. Etterpå var vi enige om at vi snakker mest når vi har det travelt.",
    "Jeg skrev ned hva som skjedde i garderoben uten å tolke. Det var vanskelig å la være å skrive hvorfor. Da vi leste notatet sammen, så vi tre ulike forklaringer.",
]
OBSERVATIONS = [
    "Noen står lenge med dressen halvveis på. En voksen hjelper fire andre. Jeg tenkte først at de trenerer. Etterpå: kanskje venter de på tur. Vi er raskest med dem som roper.",
    "Under måltidet gikk de voksne fra bordet elleve ganger på fem minutter. Jeg tolket det som at vi er dårlig forberedt. Kanskje er det også en vane.",
    "I uteleiken sto tre voksne ved porten. Ingen av oss var i sandkassa. Jeg lurer på hva som gjør porten så trygg.",
    "På samling så jeg at vi stiller mange spørsmål vi vet svaret på. Da vi ventet litt, kom det andre svar enn vi hadde tenkt.",
    "Fem minutter er lenge når man bare ser. Jeg la merke til at de voksne snakket sammen over hodet på alle. Det gjør jeg nok selv også.",
]
WITH_MANAGER = [
    "Vi har uteleik som satsing i år. Styrer og jeg ble enige om å bruke observasjonsarket på neste avdelingsmøte.",
    "Det passer godt med målet vårt om overgangssituasjoner. Styrer setter av tid på planleggingsdagen.",
    "Vi snakket om det i ti minutter. Det viktigste for oss er at alle på avdelingen prøver, ikke bare jeg.",
]
ACTIONS = [
    ("Voksne ned på gulvet i garderoben", "Færre beskjeder på rad"),
    ("Tre sekunder før vi svarer", "Flere fullfører setningen selv"),
    ("Én voksen sitter hele måltidet", "Færre avbrudd ved bordet"),
    ("Ukas undring på avdelingsmøtet", "Vi snakker om det vi har sett"),
    ("Faste par for tilbakemelding", "Alle har fått én tilbakemelding"),
    ("To voksne i sandkassa", "Ingen står ved porten"),
    ("Film én overgang og se den sammen", "Vi oppdager noe nytt sammen"),
]
EXPERIENCES = [
    "Det var vanskelig å la være å hjelpe. Etter en uke hjalp de hverandre med støvlene, og vi flyttet benken.",
    "Vi fikk det til to av tre dager. Når vi er få på jobb, faller vi tilbake. Spørsmål til gruppa: hvordan holder vi på det?",
    "Alle prøvde én gang. Det ble mest snakk om hvem som skulle gå fra bordet.",
    "Ukas undring har blitt fast punkt. Vikarene er med.",
]
AGREEMENTS = [
    "Alle prøver observasjonsarket på ett avdelingsmøte før neste samling.",
    "Vi sier fra dersom noen blir stille.",
    "Vi bytter vertskap: neste gang møtes vi hos en annen barnehage.",
]
SUMMARIES = [
    "Alle delte en episode fra eget arbeid. Garderoben gikk igjen som stedet der voksenrollen blir synlig. Gruppa valgte aksjoner som kan prøves uten ekstra tid.",
    "Gruppa skilte mellom det vi ser og det vi tolker. Felles funn: det er lettere å endre rommet enn vanene.",
    "Vi brukte mest tid på hva som hindrer oss i å gi hverandre tilbakemelding: tid, uklare roller og frykt for å kritisere.",
]
STEERING = [
    "Ønsket tema: veiledning av nye vikarer. Teksten kunne vært kortere.",
    "Ønsket tema: foreldresamarbeid. Filmen var for lang; 15 minutter er nok.",
    "Vi vil gjerne ha en oppgave som hele personalet kan gjøre sammen.",
]
REPORT = {
    "summary": "Alle gruppene har holdt første samling. De fleste møter forberedt, og nesten alle er til stede. Omtrent halvparten av aksjonene er prøvd: innsatsen stopper etter samlingen, ikke før den.",
    "learned": "Vi snakker mer om hva vi ser, før vi snakker om hva vi mener. Flere grupper forteller at "
    "små endringer i rommet gir mer enn nye rutiner.",
    "recommendation": "Hold forarbeidet kort. Sett av tid på avdelingsmøtet uka etter samlingen.",
}
