package enablement

// The words of job titles: those of English, and what other languages have no
// single English word for; title_languages.go brings the rest to these. Rows are
// written in lower case without accents, plurals and the words of fillers; a row
// of several words beats its parts. Whoever misses a word adds a row here and a
// title to the test.

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
	{"dev", "software development"}, {"corp dev", "corporate development"}, {"ld", "learning development"}, {"dev ops", "devops"}, {"biz dev", "business development"}, {"bizdev", "business development"},
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
	{"soc", "security operations"}, {"appsec", "application security"}, {"natl", "national"}, {"intl", "international"}, {"corp", "corporate"}, {"svcs", "services"},
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
	// German, French: the words of other languages come to these.
	{"leiter", "head", "director"}, {"abteilungsleiter", "head", "director manager"}, {"responsable", "head", "manager"},
}

// near says which rank, or field, may stand for another where no persona has
// the very one: companies call the same post by either.
var near = map[string][]string{
	"vp":                  {"head"},
	"director":            {"head"},
	"head":                {"director", "lead"},
	"lead":                {"head", "manager"},
	"manager":             {"lead"},
	"security":            {"infosec"},
	"cso:security":        {"ciso"},
	"cao:accounting":      {"cfo"},
	"rnd":                 {"engineering"},
	"businessdevelopment": {"sales"},
	"marketingoperations": {"revops"},
}

// far says the same of what is a step further: who manages marketing is the
// nearest there is where only directors were written down. The field must be
// the very one then.
var far = map[string][]string{
	"manager":             {"head", "director"},
	"lead":                {"director"},
	"dataengineering":     {"engineering"},
	"platformengineering": {"engineering"},
}

// positions are posts and professions that need no field beside them.
var positions = []meaning{
	{"c level", "chief", ""}, {"c suite", "chief", ""}, {"founder", "founder", ""}, {"co founder", "founder", ""}, {"cofounder", "founder", ""}, {"founding partner", "founder", "partner"},
	{"owner", "owner", ""}, {"co owner", "owner", ""}, {"business owner", "owner", ""}, {"proprietor", "owner", ""},
	{"product owner", "productowner", "product"}, {"process owner", "processowner", ""}, {"service owner", "serviceowner", ""}, {"data owner", "dataowner", ""},
	{"budget owner", "budgetowner", ""}, {"system owner", "systemowner", ""}, {"risk owner", "riskowner", ""}, {"home owner", "homeowner", ""},
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
	{"coordinator", "coordinator", ""}, {"agent", "agent", ""}, {"representative", "representative", ""}, {"recruiter", "recruiter", "hr talent"},
	{"technical recruiter", "recruiter", "hr talent"}, {"technology recruiter", "recruiter", "hr talent"},
	{"information technology recruiter", "recruiter", "hr talent"}, {"technical writer", "technicalwriter", ""},
	{"account executive", "accountexecutive", "sales"}, {"account manager", "accountmanager", "sales"}, {"account director", "accountdirector", "sales"},
	{"technical account manager", "technicalaccountmanager", ""}, {"project manager", "projectmanager", "project"},
	{"program manager", "programmanager", "program"}, {"programme manager", "programmanager", "program"},
	{"scrum master", "scrummaster", ""}, {"professor", "professor", ""}, {"teacher", "teacher", ""},
	// Posts that other languages name in another order, or by a word of their own.
	{"geschaftsfuhrer", "managingdirector", "ceo"}, {"geschaftsfuhrender gesellschafter", "managingdirector", "ceo owner"},
	{"director general", "managingdirector", "ceo"}, {"general director", "managingdirector", "ceo"}, {"manager general", "managingdirector", "ceo"},
	{"leiter personal", "head hr", "director"}, {"responsable personal", "head hr", "manager"}, {"director technical", "cto", "director technology"}, {"technical director", "technicaldirector", "cto director technology"},
	{"leiter technical", "cto", "head director technology"}, {"technical leiter", "cto", "head director technology"}, {"responsable technical", "cto", "head manager technology"},
	{"technical responsable", "cto", "head manager technology"}, {"director tecnologia", "cto", "director technology it"},
	{"responsable tecnologia", "cto", "head manager technology it"}, {"director information system", "cio", "director it"},
	{"responsable information security", "ciso", "head manager infosec security"}, {"director financial", "cfo", "director finance"},
	{"kaufmannischer leiter", "cfo", "head director finance"},
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
	{"data protection", "dataprotection", "privacy"}, {"business intelligence", "businessintelligence analytics", "data"},
	{"artificial intelligence", "ai", ""}, {"machine learning", "machinelearning", "ai"}, {"analytic", "analytics", ""},
	{"user experience", "userexperience", "design"}, {"research development", "research development", "rnd"},
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
	{"human capital", "hr", ""}, {"talent", "talent", "hr"}, {"talent acquisition", "talentacquisition talent", "hr"},
	{"employee experience", "employeeexperience", "hr"}, {"purchasing", "procurement", ""}, {"sourcing", "procurement", ""},
	{"procurement", "procurement", ""}, {"operation", "operations", ""}, {"operational", "operations", ""}, {"security operation", "securityoperations", "security"},
	{"social security", "socialsecurity", ""}, {"communication", "communications", ""}, {"public relation", "publicrelations", "communications"},
	{"security guard", "guard", ""}, {"real estate", "realestate", ""}, {"supply chain", "supplychain", ""},
	{"development", "development", ""}, {"software development", "engineering software", "development"}, {"application development", "engineering software", "development"},
	{"web development", "engineering software", "development"}, {"entwicklung", "development", "engineering"}, {"platform engineering", "platform", "platformengineering"},
	{"data engineering", "data", "dataengineering"}, {"cloud operation", "devops", "infrastructure operations"}, {"service desk", "it", "servicedesk"},
	{"help desk", "it", "servicedesk"}, {"helpdesk", "it", "servicedesk"}, {"controlling", "controlling", "finance"}, {"financial controlling", "controlling finance", ""},
	{"recruiting", "talentacquisition talent", "hr"}, {"recruitment", "talentacquisition talent", "hr"}, {"gtm operation", "revops", "operations"},
	{"go to market operation", "revops", "operations"}, {"learning development", "learning", "hr"}, {"tecnologia", "technology", "it"},
	{"personal", "personal", ""}, {"sistema", "it", ""},
}

// together says what two notions mean that a title names apart, by the one of them.
var together = map[string][]struct{ other, means string }{
	"security":    {{"it", "infosec"}},
	"revenue":     {{"operations", "revops"}},
	"sales":       {{"operations", "salesoperations"}},
	"research":    {{"development", "rnd"}},
	"learning":    {{"development", "hr"}},
	"officer":     {{"infosec", "ciso"}},
	"procurement": {{"agent", "buyer"}, {"specialist", "buyer"}, {"officer", "buyer"}},
	"administrator": {
		{"it", "systemadministrator"}, {"system", "systemadministrator"}, {"network", "systemadministrator"},
		{"server", "systemadministrator"}, {"linux", "systemadministrator"}, {"windows", "systemadministrator"},
	},
	"engineer": {
		{"software", "developer"}, {"development", "developer"}, {"backend", "developer"}, {"frontend", "developer"}, {"stack", "developer"},
		{"fullstack", "developer"}, {"mobile", "developer"}, {"ios", "developer"}, {"android", "developer"}, {"web", "developer"},
		{"java", "developer"}, {"python", "developer"}, {"golang", "developer"}, {"react", "developer"}, {"devops", "developer"}, {"cloud", "developer"},
	},
}

// helpers work for the person or are not yet one: their title names somebody
// else's post, or one to come. Only a persona that lists the very word is theirs.
var helpers = []meaning{
	{"assistant", "assistant", ""}, {"executive assistant", "executiveassistant", "assistant"},
	{"personal assistant", "personalassistant", "assistant"}, {"administrative assistant", "administrativeassistant", "assistant"},
	{"secretary", "secretary", ""}, {"aide", "aide", ""}, {"adviser", "advisor", ""}, {"advisor", "advisor", ""}, {"chief staff", "chiefofstaff", ""},
	{"intern", "intern", ""}, {"internship", "intern", ""}, {"trainee", "trainee", ""}, {"apprentice", "apprentice", ""}, {"student", "student", ""},
	{"candidate", "candidate", ""},
}

// bygone words in front of a post say that it is not held now.
var bygone = wordSet(`former formerly ex retired previous previously past aspiring future emeritus seeking looking wannabe
	ehemaliger ehemalige ehemals ancien ancienne antiguo antigua antigo anciens voormalig tidigare jubilado`)

// fillers say nothing about the post.
var fillers = wordSet("of for the a an in on de du des la le les el los del der die das den dem fur l d s di da do della dos das delle dei degli dell van het")

// joints stand between two posts, or two fields of one.
var joints = wordSet("and or und oder et ou y och now currently")

// places stand before the name of a company, which is not part of the post.
var places = wordSet("at bei chez")
