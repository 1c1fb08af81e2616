package enablement

// The words of job titles. Rows are written in lower case without accents,
// plurals and the words of fillers; a row of several words beats its parts.
// Whoever misses a word adds a row here and a title to the test.

// abbreviations are written out before anything else is looked at.
var abbreviations = [][2]string{
	{"vp", "vice president"}, {"vps", "vice president"}, {"v p", "vice president"}, {"v president", "vice president"},
	{"svp", "senior vice president"}, {"evp", "executive vice president"}, {"avp", "assistant vice president"},
	{"rvp", "regional vice president"}, {"gvp", "group vice president"}, {"sr vp", "senior vice president"},
	{"dir", "director"}, {"mgr", "manager"}, {"mngr", "manager"}, {"mgmt", "management"}, {"sr", "senior"}, {"snr", "senior"},
	{"jr", "junior"}, {"jnr", "junior"}, {"asst", "assistant"}, {"assoc", "associate"}, {"exec", "executive"}, {"coord", "coordinator"},
	{"pres", "president"}, {"gm", "general manager"}, {"md", "managing director"}, {"tl", "team lead"}, {"rep", "representative"},
	{"spec", "specialist"}, {"admin", "administrator"}, {"acct exec", "account executive"}, {"acct mgr", "account manager"},
	{"acct manager", "account manager"}, {"acct director", "account director"}, {"acct", "accounting"}, {"acctg", "accounting"},
	{"eng", "engineering"}, {"engg", "engineering"}, {"engr", "engineer"}, {"sw", "software"}, {"software eng", "software engineer"},
	{"dev", "development"}, {"dev ops", "devops"}, {"biz dev", "business development"}, {"bizdev", "business development"},
	{"bd", "business development"}, {"it", "information technology"}, {"ti", "information technology"}, {"ict", "information technology"}, {"tech", "technology"}, {"info", "information"},
	{"sec", "security"}, {"infosec", "information security"}, {"cyber", "cybersecurity"}, {"cyber security", "cybersecurity"},
	{"infra", "infrastructure"}, {"ops", "operations"}, {"sysadmin", "system administrator"}, {"sys admin", "system administrator"},
	{"sre", "site reliability engineering"}, {"qa", "quality assurance"}, {"qc", "quality control"}, {"bi", "business intelligence"},
	{"ai", "artificial intelligence"}, {"ml", "machine learning"}, {"dba", "database administrator"}, {"ux", "user experience"},
	{"mktg", "marketing"}, {"mkt", "marketing"}, {"mktng", "marketing"}, {"mkting", "marketing"}, {"comms", "communications"},
	{"pr", "public relations"}, {"demand gen", "demand generation"}, {"demandgen", "demand generation"}, {"lead gen", "lead generation"},
	{"pmm", "product marketing manager"}, {"revops", "revenue operations"}, {"rev ops", "revenue operations"},
	{"salesops", "sales operations"}, {"biz ops", "business operations"}, {"bizops", "business operations"},
	{"fin", "finance"}, {"fpa", "financial planning"}, {"proc", "procurement"}, {"purch", "purchasing"}, {"scm", "supply chain"},
	{"hr", "human resources"}, {"hrbp", "human resources business partner"}, {"cs", "customer success"}, {"csm", "customer success manager"},
	{"rd", "research development"}, {"ea", "executive assistant"}, {"pa", "personal assistant"},
	{"natl", "national"}, {"intl", "international"}, {"corp", "corporate"}, {"svcs", "services"},
	// Other languages' own.
	{"dsi", "directeur systemes information"}, {"rssi", "responsable securite information"}, {"drh", "directeur ressources humaines"},
	{"daf", "directeur financier"}, {"pdg", "president directeur general"}, {"dg", "directeur general"}, {"gf", "geschaftsfuhrer"},
	{"geschaeftsfuehrer", "geschaftsfuhrer"}, {"geschaeftsfuehrerin", "geschaftsfuhrer"},
}

// chiefs are the officers of the first rank. Each is known by its letters, by
// "chief" and one of the fields, with or without "officer" behind ("Chief
// Marketing & Growth Officer"). Letters that stand for several officers are
// told apart by the other titles of the persona that lists them.
var chiefs = []struct {
	letters string
	fields  []string // the first two words of a title behind "chief"
	also    string   // what such a person answers for
}{
	{"ceo", []string{"executive"}, ""},
	{"cto", []string{"technology", "technical"}, "technology"},
	{"cio", []string{"information"}, "it"},
	{"ciso", []string{"information security"}, "infosec security"},
	{"cfo", []string{"financial", "finance"}, "finance"},
	{"cmo", []string{"marketing"}, "marketing"},
	{"coo", []string{"operating", "operations"}, "operations"},
	{"cpo", []string{"product"}, "product"},
	{"cpo", []string{"procurement", "purchasing"}, "procurement"},
	{"cpo", []string{"people"}, "hr"},
	{"cpo", []string{"privacy"}, "privacy"},
	{"chro", []string{"human resources", "hr"}, "hr"},
	{"cro", []string{"revenue"}, "revenue sales"},
	{"cro", []string{"risk"}, "risk"},
	{"cdo", []string{"data"}, "data"},
	{"cdo", []string{"digital"}, "digital"},
	{"cso", []string{"security"}, "security"},
	{"cso", []string{"strategy"}, "strategy"},
	{"cso", []string{"sales"}, "sales"},
	{"cso", []string{"sustainability"}, "sustainability"},
	{"cco", []string{"commercial"}, "commercial sales"},
	{"cco", []string{"customer"}, "customer"},
	{"cco", []string{"compliance"}, "compliance"},
	{"cco", []string{"communication"}, "communications"},
	{"cao", []string{"administrative"}, "administration"},
	{"cao", []string{"analytics"}, "analytics"},
	{"clo", []string{"legal"}, "legal"},
	{"cxo", []string{"experience"}, ""},
}

// meaning is what some words of a title stand for.
type meaning struct {
	words string
	means string // the notions that a persona's title demands by these words
	also  string // what a person with them in the title is besides: they may match it, they need not have it
}

// ranks say how high somebody stands, not in what: they look for their field
// in what stands around them.
var ranks = []meaning{
	{"vice president", "vp", ""},
	{"senior vice president", "svp", "vp"},
	{"executive vice president", "evp", "vp"},
	{"group vice president", "vp", ""},
	{"regional vice president", "vp", ""},
	{"assistant vice president", "vp", ""},
	{"associate vice president", "vp", ""},
	{"director", "director", ""},
	{"managing director", "managingdirector", ""},
	{"executive director", "director", ""},
	{"head", "head", ""},
	{"manager", "manager", ""},
	{"lead", "lead", ""},
	{"leader", "lead", ""},
	{"team lead", "lead", ""},
	{"team leader", "lead", ""},
	{"supervisor", "lead", "manager"},
	{"president", "president", ""},
	{"officer", "officer", ""},
	{"executive", "executive", ""},
	{"specialist", "specialist", ""},
	// German, French, Spanish, Italian, Portuguese, Dutch.
	{"direktor", "director", ""}, {"direktorin", "director", ""}, {"leiter", "head", "director"}, {"leiterin", "head", "director"},
	{"leitung", "head", "director"}, {"abteilungsleiter", "head", "director manager"}, {"bereichsleiter", "head", "director"}, {"teamleiter", "lead", "manager"}, {"chef", "head", "manager"},
	{"directeur", "director", ""}, {"directrice", "director", ""}, {"responsable", "head", "manager"},
	{"directora", "director", ""}, {"jefe", "head", "manager"}, {"jefa", "head", "manager"}, {"gerente", "manager", ""}, {"vicepresidente", "vp", ""},
	{"direttore", "director", ""}, {"direttrice", "director", ""}, {"responsabile", "head", "manager"}, {"diretor", "director", ""},
	{"diretora", "director", ""}, {"hoofd", "head", "manager"},
}

// near says which rank, or field, may stand for another where no persona has
// the very one: companies call the same post by either.
var near = map[string][]string{
	"vp":           {"head"},
	"director":     {"head"},
	"head":         {"director", "lead"},
	"lead":         {"head", "manager"},
	"manager":      {"lead"},
	"security":     {"infosec"},
	"cso:security": {"ciso"},
}

// positions are posts and professions that need no field beside them.
var positions = []meaning{
	{"c level", "chief", ""}, {"c suite", "chief", ""}, {"founder", "founder", ""}, {"co founder", "founder", ""}, {"cofounder", "founder", ""}, {"founding partner", "founder", "partner"},
	{"owner", "owner", ""}, {"co owner", "owner", ""}, {"business owner", "owner", ""}, {"proprietor", "owner", ""}, {"inhaber", "owner", ""},
	{"inhaberin", "owner", ""}, {"fondateur", "founder", ""}, {"fondatrice", "founder", ""}, {"grunder", "founder", ""}, {"fundador", "founder", ""},
	{"product owner", "productowner", "product"}, {"process owner", "processowner", ""}, {"service owner", "serviceowner", ""},
	{"partner", "partner", ""}, {"business partner", "businesspartner", ""}, {"managing partner", "managingpartner", "partner"},
	{"chairman", "chair", ""}, {"chairwoman", "chair", ""}, {"chairperson", "chair", ""}, {"chair", "chair", ""},
	{"general manager", "generalmanager", ""}, {"general counsel", "generalcounsel", "legal"}, {"company secretary", "companysecretary", ""},
	{"corporate secretary", "companysecretary", ""}, {"secretary general", "secretarygeneral", ""}, {"controller", "controller", "finance"},
	{"treasurer", "treasurer", "finance"}, {"accountant", "accountant", "finance accounting"}, {"buyer", "buyer", "procurement"},
	{"engineer", "engineer", "engineering"}, {"developer", "developer", "software engineer engineering"},
	{"software engineer", "developer", "software engineer engineering"}, {"software developer", "developer", "software engineer engineering"},
	{"programmer", "developer", "software engineer engineering"}, {"coder", "developer", "software"},
	{"real estate developer", "realestatedeveloper", ""}, {"property developer", "realestatedeveloper", ""}, {"land developer", "realestatedeveloper", ""},
	{"business developer", "businessdevelopment", "sales"}, {"sale engineer", "salesengineer", "presales"}, {"solution engineer", "salesengineer", "presales"},
	{"site reliability engineer", "sre", "devops engineer engineering"}, {"architect", "architect", ""}, {"analyst", "analyst", ""},
	{"scientist", "scientist", "science"}, {"chief data scientist", "scientist data", "science"}, {"administrator", "administrator", ""},
	{"system administrator", "systemadministrator", "it administrator"}, {"network administrator", "systemadministrator", "network it administrator"},
	{"database administrator", "dba", "database administrator"}, {"consultant", "consultant", ""}, {"designer", "designer", "design"},
	{"coordinator", "coordinator", ""}, {"representative", "representative", ""}, {"recruiter", "recruiter", "hr talent"},
	{"technical recruiter", "recruiter", "hr talent"}, {"technology recruiter", "recruiter", "hr talent"},
	{"information technology recruiter", "recruiter", "hr talent"}, {"technical writer", "technicalwriter", ""},
	{"account executive", "accountexecutive", "sales"}, {"account manager", "accountmanager", "sales"}, {"account director", "accountdirector", "sales"},
	{"technical account manager", "technicalaccountmanager", ""}, {"project manager", "projectmanager", "project"},
	{"program manager", "programmanager", "program"}, {"programme manager", "programmanager", "program"},
	{"scrum master", "scrummaster", ""}, {"professor", "professor", ""}, {"teacher", "teacher", ""},
	// Other languages' words for the posts above.
	{"geschaftsfuhrer", "managingdirector", "ceo"}, {"geschaftsfuhrerin", "managingdirector", "ceo"}, {"vorstandsvorsitzender", "ceo", ""},
	{"geschaftsfuhrender gesellschafter", "managingdirector", "ceo owner"}, {"leiter personal", "head hr", "director"}, {"leiterin personal", "head hr", "director"},
	{"entwickler", "developer", "software engineer engineering"}, {"entwicklerin", "developer", "software engineer engineering"},
	{"softwareentwickler", "developer", "software engineer engineering"}, {"softwareentwicklerin", "developer", "software engineer engineering"},
	{"developpeur", "developer", "software engineer engineering"}, {"developpeuse", "developer", "software engineer engineering"},
	{"desarrollador", "developer", "software engineer engineering"}, {"desarrolladora", "developer", "software engineer engineering"},
	{"ingenieur", "engineer", "engineering"}, {"ingenieurin", "engineer", "engineering"}, {"ingeniero", "engineer", "engineering"},
	{"president directeur general", "ceo", "managingdirector"}, {"directeur general", "managingdirector", "ceo"},
	{"directrice generale", "managingdirector", "ceo"}, {"director general", "managingdirector", "ceo"}, {"directora general", "managingdirector", "ceo"},
	{"directeur technique", "cto", "director technology"}, {"directrice technique", "cto", "director technology"},
	{"director tecnologia", "cto", "director technology it"}, {"directora tecnologia", "cto", "director technology it"},
	{"technischer leiter", "cto", "head director technology"}, {"technischer direktor", "cto", "director technology"},
	{"directeur systeme information", "cio", "director it"}, {"directrice systeme information", "cio", "director it"},
	{"responsable securite information", "ciso", "head manager infosec security"},
	{"directeur financier", "cfo", "director finance"}, {"directrice financiere", "cfo", "director finance"},
	{"director financiero", "cfo", "director finance"}, {"directora financiera", "cfo", "director finance"},
	{"kaufmannischer leiter", "cfo", "head director finance"}, {"kaufmannische leiterin", "cfo", "head director finance"},
}

// fields are what somebody works in. Rows of two words keep a field apart from
// the one that its first word would suggest: product marketing is marketing
// and not product.
var fields = []meaning{
	{"information technology", "it", "technology"}, {"technical", "technology", ""}, {"information system", "it", ""},
	{"information technology security", "infosec security", "it"}, {"information security", "infosec security", ""},
	{"cybersecurity", "infosec security", ""}, {"information technology infrastructure", "infrastructure", "it"},
	{"software engineering", "engineering", "software"}, {"site reliability engineering", "sre", "devops engineering"}, {"site reliability", "sre", "devops"},
	{"sale engineering", "salesengineering", "presales"}, {"data center", "datacenter", "infrastructure"}, {"data centre", "datacenter", "infrastructure"},
	{"data protection", "dataprotection", "privacy"}, {"business intelligence", "businessintelligence", "data analytics"},
	{"artificial intelligence", "ai", ""}, {"machine learning", "machinelearning", "ai"}, {"analytic", "analytics", ""},
	{"user experience", "userexperience", "design"}, {"research development", "research", "development"},
	{"product marketing", "productmarketing", "marketing"}, {"product management", "product", "management"},
	{"product security", "productsecurity", "security"}, {"product design", "design", ""}, {"product development", "productdevelopment", "product"},
	{"partner marketing", "partnermarketing", "marketing"}, {"sale marketing", "sales marketing", ""},
	{"marketing operation", "marketingoperations", "marketing operations"}, {"marketing technology", "martech", "marketing"},
	{"revenue operation", "revops", "revenue operations"}, {"sale operation", "salesoperations", "revops sales operations"},
	{"sale enablement", "salesenablement", "sales"}, {"presale", "presales", ""}, {"pre sale", "presales", ""},
	{"category sale", "sales", ""}, {"information technology sale", "sales", ""}, {"software sale", "sales", ""}, {"technology sale", "sales", ""}, {"security sale", "sales", ""},
	{"sale", "sales", ""}, {"selling", "sales", ""}, {"commercial", "commercial", "sales"}, {"business development", "businessdevelopment", ""},
	{"customer success", "customersuccess", "customer"}, {"customer service", "customerservice", "customer"},
	{"customer support", "customerservice", "customer support"}, {"customer experience", "customerexperience", "customer"},
	{"financial", "finance", ""}, {"financial planning", "fpa", "finance"}, {"financial service", "financialservices", ""},
	{"accounting", "accounting", "finance"}, {"account payable", "accountspayable", "accounting finance"},
	{"human resource", "hr", ""}, {"people", "hr", ""}, {"people operation", "hr", "operations"}, {"personnel", "hr", ""},
	{"human capital", "hr", ""}, {"talent", "talent", "hr"}, {"talent acquisition", "talentacquisition", "talent hr"},
	{"employee experience", "employeeexperience", "hr"}, {"purchasing", "procurement", ""}, {"sourcing", "procurement", ""},
	{"procurement", "procurement", ""}, {"operation", "operations", ""}, {"operational", "operations", ""}, {"security operation", "securityoperations", "security"},
	{"social security", "socialsecurity", ""}, {"communication", "communications", ""}, {"public relation", "publicrelations", "communications"},
	{"security guard", "guard", ""}, {"real estate", "realestate", ""}, {"supply chain", "supplychain", ""},
	// German, French, Spanish.
	{"sicherheit", "security", ""}, {"information technology sicherheit", "infosec security", "it"}, {"informationssicherheit", "infosec security", ""},
	{"vertrieb", "sales", ""}, {"einkauf", "procurement", ""}, {"personal", "personal", ""}, {"finanzen", "finance", ""},
	{"entwicklung", "development", "engineering"}, {"softwareentwicklung", "engineering", "software"}, {"edv", "it", ""}, {"betrieb", "operations", ""},
	{"informatique", "it", ""}, {"systeme information", "it", ""}, {"technique", "technology", ""}, {"securite", "security", ""},
	{"securite information", "infosec security", ""}, {"vente", "sales", ""}, {"achat", "procurement", ""}, {"ressource humaine", "hr", ""},
	{"financier", "finance", ""}, {"financiere", "finance", ""}, {"ingenierie", "engineering", ""}, {"donnee", "data", ""},
	{"sistema", "it", ""}, {"informatica", "it", ""}, {"tecnologia", "technology", "it"}, {"seguridad", "security", ""}, {"seguridad informatica", "infosec security", ""},
	{"venta", "sales", ""}, {"comercial", "commercial", "sales"}, {"compra", "procurement", ""}, {"recurso humano", "hr", ""}, {"finanza", "finance", ""},
	{"financiero", "finance", ""}, {"ingenieria", "engineering", ""}, {"mercadotecnia", "marketing", ""}, {"operacione", "operations", ""}, {"dato", "data", ""},
}

// together says what two fields mean that a title names apart.
var together = []struct{ one, other, means string }{
	{"it", "security", "infosec"},
	{"revenue", "operations", "revops"},
	{"sales", "operations", "salesoperations"},
}

// helpers work for the person or are not yet one: their title names somebody
// else's post, or one to come. Only a persona that lists the very word is theirs.
var helpers = []meaning{
	{"assistant", "assistant", ""}, {"assistent", "assistant", ""}, {"assistentin", "assistant", ""}, {"assistante", "assistant", ""},
	{"assistenz", "assistant", ""}, {"asistente", "assistant", ""}, {"assistente", "assistant", ""}, {"executive assistant", "executiveassistant", "assistant"},
	{"personal assistant", "personalassistant", "assistant"}, {"administrative assistant", "administrativeassistant", "assistant"},
	{"secretary", "secretary", ""}, {"sekretar", "secretary", ""}, {"sekretarin", "secretary", ""}, {"secretaire", "secretary", ""}, {"secretaria", "secretary", ""},
	{"aide", "aide", ""}, {"adviser", "advisor", ""}, {"advisor", "advisor", ""}, {"chief staff", "chiefofstaff", ""},
	{"intern", "intern", ""}, {"internship", "intern", ""}, {"trainee", "trainee", ""}, {"apprentice", "apprentice", ""}, {"student", "student", ""},
	{"werkstudent", "student", ""}, {"praktikant", "intern", ""}, {"praktikantin", "intern", ""}, {"stagiaire", "intern", ""}, {"becario", "intern", ""},
	{"becaria", "intern", ""}, {"alternant", "apprentice", ""}, {"auszubildender", "apprentice", ""}, {"azubi", "apprentice", ""},
}

// bygone words in front of a post say that it is not held now.
var bygone = wordSet("former formerly ex retired previous previously past aspiring future emeritus ehemaliger ehemalige ancien ancienne antiguo")

// fillers say nothing about the post.
var fillers = wordSet("of for the a an in on de du des la le les el los del der die das den dem fur l d s di da do della")

// joints stand between two posts, or two fields of one.
var joints = wordSet("and or und oder et ou y now currently")

// places stand before the name of a company, which is not part of the post.
var places = wordSet("at bei chez")

// germanHeads end the German nouns that name a post and its field in one word,
// "Vertriebsleiter"; germanFields are the fields as they are written there.
var (
	germanHeads  = []string{"leiterin", "leiter", "direktorin", "direktor", "chefin", "chef"}
	germanFields = map[string]string{
		"vertriebs": "vertrieb", "verkaufs": "vertrieb", "einkaufs": "einkauf", "personal": "human resources", "finanz": "finance",
		"entwicklungs": "entwicklung", "betriebs": "betrieb", "sicherheits": "sicherheit", "marketing": "marketing", "it": "it", "edv": "it", "werks": "plant",
	}
)
