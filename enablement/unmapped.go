package enablement

// Unmapped is what leads wrote that no persona or industry claims.
type Unmapped struct {
	Leads           int // all there are
	WithoutPersona  int // of them
	WithoutIndustry int // of them
	// Leads of WithoutPersona and WithoutIndustry that say nothing at all.
	BlankJobTitles, BlankIndustries int
	JobTitles, Industries           []*UnmappedText
}

// UnmappedText is one text and how many leads wrote it, without regard to case,
// accents and spaces.
type UnmappedText struct {
	Text  string // as most of them wrote it
	Leads int
}
