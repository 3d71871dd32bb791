"""Word parts of the German working world that mean the same, or nearly.

One line, one family: what an employer says beside what a classification prints; loan words beside German ones;
abbreviations beside what they stand for; nouns beside the verb they come from where the vowel changes (for regular
endings see `german_words.stem`). Written from general knowledge of the language, for parts that recur in many titles,
never for single titles: those come with the catalogues, whose labels all lead to their entry. A part may stand in
several families.
"""

from .german_words import stem, uninflected, words

FAMILIES = """
helfer hilfskraft aushilfe hilfe gehilfe assistent assistenz hilfsarbeiter unterstützung aushilfskraft hilfskräfte helper assistant
mitarbeiter angestellter kraft beschäftigter arbeiter fachkraft fachkräfte kräfte personal
azubi auszubildender lehrling ausbildung trainee praktikant volontär lehre
leiter leitung manager management führungskraft chef direktor vorsteher geschäftsführer leitend head führung
vorarbeiter polier meister teamleiter schichtleiter aufseher supervisor aufsicht
sachbearbeiter bearbeiter referent beauftragter koordinator officer
berater beratung consultant consulting berat consultation
fachmann experte spezialist fachleute expert
ingenieur engineer engineering techniker ingenieurwesen
techniker technik technologe technologie technisch
mechaniker mechanik schlosser monteur
installateur installation monteur montage montieren einbau errichten
entwickler entwicklung developer development programmierer programmieren software
designer design gestalter gestaltung gestalten entwerfen entwurf
trainer coach ausbilder lehrer dozent instructor unterricht lehrkraft lehrtätigkeit training pädagoge
verkäufer verkauf vertrieb sales seller retail absatz
einkäufer einkauf beschaffung procurement purchasing buyer
vertreter repräsentant agent vermittler makler broker
händler handel kaufmann trader kommerziell vertrieb
kunde customer client gast
kundendienst service support dienstleistung betreuung kundenbetreuung helpdesk
betreuer betreuung pfleger pflege care versorgung
krankenschwester krankenpfleger pflegefachmann pflegekraft pflegefachkraft gesundheitspfleger krankenpflege
altenpfleger seniorenbetreuer altenpflege
arzt mediziner medizin ärztlich doktor medizinisch heilkunde facharzt
tierarzt veterinär tiermedizin tierärztlich
zahn dental
fahrer chauffeur führer kraftfahrer fahren lenker
lkw lastkraftwagen lastwagen truck kraftfahrer güterverkehr ce
pkw auto kfz kraftfahrzeug fahrzeug automobil wagen kraftwagen
bus omnibus
bahn eisenbahn zug schiene
flugzeug luftfahrt flug luftfahrzeug flieger pilot aviation
schiff boot schifffahrt nautik seemann matrose
fahrrad zweirad rad
gabelstapler stapler flurförderzeug hubstapler
lager logistik lagerist depot magazin lagerarbeiter kommissionierer warehouse
transport beförderung fracht spedition versand liefern zusteller lieferung kurier
verpacken packer verpackung packen abfüllen packmittel
reinigung putzen putz säubern raumpfleger reiniger waschen sauber
spüler spülen geschirr spülhilfe
küche koch kochen speise gastronomie küchenchef
kellner bedienung servicekraft restaurantfachmann restaurant serviererin
hotel beherbergung hotellerie gästehaus
bar barkeeper ausschank theke barmann barmixer
bäcker backen brot backwaren bäckerei konditor
fleischer metzger schlachter fleisch wurst fleischerei schlachten
gärtner garten gartenbau landschaft grünanlage
landwirt landwirtschaft bauer agrar landwirtschaftlich agronom
wald forst forstwirt
tier vieh
bau bauen bauer hochbau tiefbau konstruktion construction errichtung
zimmerer zimmermann zimmerei
tischler schreiner holz tischlerei
maler lackierer anstrich streichen lackieren farbe
klempner spengler sanitär installateur
heizung klima heizungsbauer wärme
elektriker elektroniker elektro elektroinstallateur elektrotechnik elektronik
schweißer schweißen schweißtechnik
dreher drehen zerspanung zerspaner fräser fräsen
metall stahl eisen
werkzeug tool
maschine anlage gerät apparat machine ausrüstung
bediener führer bedienung operator bedienen maschinenführer steuern
steuerung regelung automatisierung automation steuern control
herstellung produktion fertigung hersteller herstellen produzieren produzent erzeugung production fabrikation
bearbeitung verarbeitung bearbeiten verarbeiten bearbeiter
reparatur instandhaltung wartung instandsetzung warten reparieren repair maintenance
prüfer prüfung kontrolle kontrolleur inspektor test tester inspektion prüfen kontrollieren überwachung
qualität quality
untersuchung analyse analytiker analyst analysieren auswertung untersuchen
forschung forscher research wissenschaftler wissenschaft forschen
labor laborant laboratorium
planung planen planer plan plänen konzept
organisation organisieren organisator veranstalten
verwaltung administration administrator verwalten verwalter
büro sekretariat sekretär office bürokraft
empfang rezeption rezeptionist frontdesk reception
buchhaltung rechnungswesen buchführung buchhalter finanzbuchhaltung accounting
finanzen finanz finance finanzierung geld
bank banker bankier banking kredit
steuer fiskal tax
versicherung insurance
recht jurist anwalt rechtsanwalt rechtlich juristisch legal gesetz rechtsvorschrift
personal recruiting rekrutierung hr personalbeschaffung recruiter personalvermittlung rekrutierer
werbung marketing reklame werblich advertising werbe
öffentlichkeitsarbeit pr pressearbeit presse kommunikation
medien media
journalist redakteur reporter redaktion redakteurin
autor texter schriftsteller schreiber verfasser
übersetzer dolmetscher übersetzung dolmetschen
drucker druck drucken print
fotograf foto fotografie bild lichtbild
kamera kameramann film
video film
ton audio sound akustik
musik musiker musikalisch
sänger gesang singen
tänzer tanz tanzen ballett
schauspieler darsteller schauspiel
regisseur regie
künstler kunst artist künstlerisch
theater bühne
mode bekleidung kleidung fashion
schneider schneiderei nähen näher textil
textil stoff faser gewebe
leder schuh
friseur haar frisör coiffeur haarschnitt
kosmetik schönheit visagist schminken
erzieher kindergärtner kinderbetreuer kinderbetreuung kita
kind kinder baby
schule lehrer schulisch
sozialarbeiter sozialpädagoge sozialarbeit sozialpädagogik
psychologe psychologie psychologisch psychotherapeut
therapie therapeut behandlung behandeln therapieren
hausmeister hauswart facility objektbetreuer gebäude hauswirtschaft
immobilien grundstück liegenschaften
sicherheit security schutz wachschutz bewachung wächter wachmann
polizei kriminal detektiv ermittler ermittlung
feuerwehr brandschutz brand
soldat militär bundeswehr
rettung rettungsdienst sanitäter notfall
it edv ikt informatik computer informationstechnik informatiker
netzwerk netz network
daten data datei datenbank
web internet online
anwendung applikation application app
telekommunikation kommunikationstechnik fernmelde telefon
projekt project
produkt product erzeugnis ware
geschäft business unternehmen betrieb firma
markt market
energie strom elektrizität kraftwerk
umwelt ökologie ökologisch naturschutz
abfall müll entsorgung recycling
wasser hydro gewässer
boden erde grund
gestein stein mineral geologie
bergbau mine bohrung
chemie chemikant chemisch chemiker
arzneimittel pharma pharmazie medikament apotheke apotheker
biologie biologe bio
physik physiker
mathematik mathematiker statistik
lebensmittel nahrungsmittel nahrung ernährung food
getränk bier wein
milch molkerei
fisch fischerei angeln
obst frucht gemüse
kunststoff plastik polymer
glas glaser verglasung
keramik ton töpfer porzellan
papier zellstoff pappe
schnitt schneiden zuschnitt sägen
guss gießen gießer gießerei
schmied schmieden
schliff schleifen schleifer
bruch brechen
bund binden binder
zug ziehen
fahrt fahren fuhr
flug fliegen
lauf laufen
wurf werfen
verband verbinden verbindung
trieb antrieb treiben
messung messen vermessung vermesser mess
guide führer fremdenführer reiseleiter
reise tourismus touristik travel reiseverkehr
veranstaltung event messe
sport fitness athlet sportlich
verkehr traffic straßenverkehr
post brief briefzusteller
kasse kassierer kassieren
laden geschäft filiale shop
freiwillig ehrenamt
junior assistent
senior leitend
digital elektronisch
intern innen
abwicklung durchführung durchführen abwickeln
anwenden anwendung nutzen nutzung verwenden verwendung einsetzen bedienen gebrauch
anleiten leiten beaufsichtigen überwachen beaufsichtigung
verfahren methode technik prozess
beurteilen bewerten bewertung beurteilung schätzung gutachter
erstellen anfertigen erarbeiten erstellung ausarbeiten anfertigung
pflegen pflege instandhalten unterhalt
fördern förderung unterstützen
kenntnis wissen kunde lehre
"""


def _read_families():
    listed = [line.split() for line in FAMILIES.strip().splitlines()]
    families = {}
    for number, line in enumerate(listed):
        for word in line:
            families.setdefault(stem(words(word)[0]), set()).add(number)
    vocabulary = {uninflected(word) for line in listed for text in line for word in words(text)}
    return {name: tuple(sorted(numbers)) for name, numbers in families.items()}, frozenset(vocabulary)


#: `FAMILY_NUMBERS`: stem of a word -> numbers of its families; `VOCABULARY`: uninflected words that compounds consist of
FAMILY_NUMBERS, VOCABULARY = _read_families()
