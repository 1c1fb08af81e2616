package enablement

import "strings"

// The words of other languages' job titles, each with what it comes to: an
// English word, or one of the few that title_words.go keeps for what English has
// no word for. Rows are written like those there, and read before them.

// wordsOf has a row for each thing to say: what it comes to, a colon, and the
// words for it, parted by commas.
const wordsOf = `
director: direktor, direktorin, directeur, directrice, directora, direttore, direttrice, diretor, diretora
leiter: leiterin, leitung, bereichsleiter, bereichsleiterin, ressortleiter
supervisor: teamleiter, teamleiterin, gruppenleiter, gruppenleiterin, coordenador, coordenadora, teamchef, gruppchef
abteilungsleiter: abteilungsleiterin, abteilungsleitung
responsable: chef, chefin, jefe, jefa, responsabile, hoofd, ansvarig, chefe, encargado, encargada, verantwortlicher, verantwortliche, leidinggevende
manager: gerente
team lead: teamlead
officer: beauftragter, beauftragte, functionaris
vice president: vicepresidente, vizeprasident, vizeprasidentin, vicepresident
ceo: vd, verkstallande direktor, amministratore delegato, amministratrice delegata, consejero delegado, consejera delegada, vorstandsvorsitzender, vorstandsvorsitzende, vorstandsvorsitz, president directeur general, presidente ejecutivo
geschaftsfuhrer: geschaftsfuhrerin, geschaeftsfuehrer, geschaeftsfuehrerin, geschaftsfuhrung, geschaftsleitung, gf, gerant, gerante
geschaftsfuhrender: geschaftsfuhrende
kaufmannischer leiter: kaufmannische leiterin, kaufmannische leitung
general: generale, geral, algemeen, allman
founder: fondateur, fondatrice, fondatore, grunder, grunderin, fundador, fundadora, grundare, oprichter, oprichtster, mitgrunder, mitgrunderin, cofondateur, cofondatrice, cofundador, cofundadora, cofondatore, medgrundare, medeoprichter
owner: inhaber, inhaberin, eigentumer, eigentumerin, proprietaire, propietario, propietaria, dueno, duena, proprietario, proprietaria, titolare, eigenaar, eigenares, agare, firmeninhaber
partner: socio, socia, gesellschafter, gesellschafterin, associe, associee, vennoot, delagare
technical: technischer, technische, technisch, technique, tecnico, tecnica, teknisk
technology: technik, teknik, technologie, techniek
information technology: edv, informationstechnologie, informationstechnik, informatique, informatica, informatietechnologie, automatisering, tecnologia informacion, tecnologia informacao, tecnologia informazione, technologie information, informatik
information system: systeme information, sistema informacion, sistema informacao, sistemi informativi, sistema informativo, informationssystem, si
directeur systeme information: dsi
responsable information security: rssi
directeur ressource humaine: drh
directeur financier: daf
president directeur general: pdg
director general: dg
security: sicherheit, securite, seguridad, seguranca, sicurezza, beveiliging, sakerhet
information security: informationssicherheit, datensicherheit, securite systeme information, securite information, securite informatique, seguridad informacion, seguridad informatica, seguranca informacao, sicurezza informatica, sicurezza informazione, sicurezza informazioni, informatiebeveiliging, informationssakerhet, itsicherheit
cybersecurity: cybersicherheit, cybersecurite, ciberseguridad, ciberseguranca, cybersicurezza, cyberbeveiliging, cybersakerhet
sales: vertrieb, verkauf, vente, venta, venda, vendita, vendite, verkoop, forsaljning
commercial: commerciale, comercial, commercieel, commerciele, kommersiell
sales operations: vertriebssteuerung
marketing: mercadotecnia, mercadeo, marknad, marknadsforing
communications: kommunikation, comunicacion, comunicacao, comunicazione, communicatie
purchasing: einkauf, beschaffung, achat, compra, suprimento, acquisto, acquisti, inkoop, inkop, approvisionnement, abastecimiento, adquisicione, aquisicoe, approvvigionamento, approvvigionamenti
financial: financier, financiere, financiero, financiera, financeiro, financeira, finanziario, finanziaria, financieel, financiele, finansiell
finance: finanzen, finanz, finanza, financa, financien, ekonomi, finans, finanzwesen
accounting: rechnungswesen, buchhaltung, comptabilite, contabilidad, contabilidade, contabilita, boekhouding, redovisning
controller: controleur, controleuse, controlador, controladora
human resources: ressource humaine, recurso humano, risorsa umana, risorse umane, rh, rrhh, personalwesen, personalabteilung, personeel, personeelszaken, talento humano, gestion humana, gestao pessoa
talent: talento
engineering: ingenierie, ingenieria, engenharia, ingegneria
software: logiciel, mjukvara
software development: softwareentwicklung, software entwicklung, softwareontwikkeling, mjukvaruutveckling, systemutveckling, developpement logiciel, desarrollo software, desenvolvimento software, sviluppo software, ontwikkeling software
entwicklung: desarrollo, desenvolvimento, sviluppo, ontwikkeling, utveckling
development: developpement
business development: desarrollo negocio, desenvolvimento negocio, sviluppo business, developpement commercial, affarsutveckling, geschaftsentwicklung, unternehmensentwicklung
research: forschung, recherche, investigacion, pesquisa, ricerca, onderzoek, forskning
innovation: innovacion, inovacao, innovazione, innovatie
data: donnee, dato, dado, dati, daten
analytics: analitica, analyse
infrastructure: infrastruktur, infraestructura, infraestrutura, infrastruttura, infrastructuur
platform: plattform, plateforme, plataforma, piattaforma
network: netzwerk, reseau, red, rede, netwerk, natverk
operations: betrieb, operacione, operacoe, drift
production: produktion, produccion, producao, produzione, productie
developer: entwickler, entwicklerin, softwareentwickler, softwareentwicklerin, developpeur, developpeuse, desarrollador, desarrolladora, desenvolvedor, desenvolvedora, sviluppatore, sviluppatrice, ontwikkelaar, utvecklare
programmer: programador, programadora, programmatore, programmatrice, programmierer, programmiererin, programmeur, programmeuse, programmerare
engineer: ingenieur, ingenieurin, ingeniero, ingeniera, engenheiro, engenheira, ingegnere, ingenjor
buyer: einkaufer, einkauferin, acheteur, acheteuse, comprador, compradora, compratore, inkoper, inkopare
administrator: administrateur, administratrice, administrador, administradora, amministratore, beheerder
system administrator: systemadministrator, systemadministratorin, systeembeheerder, systemtekniker
analyst: analyste, analista, analytiker
accountant: buchhalter, buchhalterin, comptable, contador, contadora, contable, contabile, boekhouder
assistant: assistent, assistentin, assistante, assistenz, asistente, assistente, auxiliar
secretary: sekretar, sekretarin, secretaire, secretaria, secretario, segretaria, segretario, secretaresse, sekreterare
student: werkstudent, werkstudentin, etudiant, etudiante, estudiante, estudante, studente, studentessa, studentin
intern: praktikant, praktikantin, stagiaire, stagiair, becario, becaria, estagiario, estagiaria, stagista, tirocinante
apprentice: alternant, alternante, auszubildender, auszubildende, azubi, larling, aprendiz
`

// translations are the rows of wordsOf one by one: the words, and what they
// come to.
func translations() [][2]string {
	var out [][2]string
	for line := range strings.Lines(strings.TrimSpace(wordsOf)) {
		meaning, words, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, w := range strings.Split(words, ", ") {
			out = append(out, [2]string{w, meaning})
		}
	}
	return out
}

// compoundHeads end the nouns of German, Dutch and Swedish that name a post and
// its field in one word, "Vertriebsleiter"; compoundFields are the fields as they
// are written there.
var (
	compoundHeads = []string{
		"leiterin", "leiter", "leitung", "direktorin", "direktor", "directeur", "chefin", "chef", "manager", "managerin", "vorstand",
		"beauftragter", "beauftragte", "entwicklerin", "entwickler", "utvecklare", "ontwikkelaar", "ansvarig",
	}
	compoundFields = map[string]string{
		"vertriebs": "sales", "verkaufs": "sales", "verkoop": "sales", "forsaljnings": "sales", "salj": "sales", "sales": "sales",
		"einkaufs": "purchasing", "inkoop": "purchasing", "inkops": "purchasing",
		"personal": "human resources", "personeels": "human resources", "hr": "human resources",
		"finanz": "finance", "finans": "finance", "ekonomi": "finance", "marketing": "marketing", "marknads": "marketing",
		"entwicklungs": "entwicklung", "utvecklings": "entwicklung", "softwareentwicklungs": "software development",
		"technik": "technology", "teknik": "technology", "it": "information technology", "ict": "information technology", "edv": "information technology",
		"sicherheits": "security", "sakerhets": "security", "informationssicherheits": "information security", "datensicherheits": "information security",
		"informationssakerhets": "information security", "betriebs": "operations", "drift": "operations", "werks": "plant",
		"plattform": "platform", "plattforms": "platform", "software": "software", "mjukvaru": "software", "web": "software", "anwendungs": "software",
		"app": "software", "system": "software", "backend": "software", "frontend": "software", "java": "software",
	}
)
