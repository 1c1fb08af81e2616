package enablement

import "time"

// Persona is a buyer persona: the definition that sales and marketing share.
type Persona struct {
	ID          string    `bson:"_id"`
	Name        string    `bson:"name"`
	Description string    `bson:"description"`
	JobTitles   []string  `bson:"jobTitles"`
	Goals       []string  `bson:"goals"`
	PainPoints  []string  `bson:"painPoints"`
	Revision    int       `bson:"revision"`
	CreatedAt   time.Time `bson:"createdAt"`
	UpdatedAt   time.Time `bson:"updatedAt"`
}

// PersonaInput is what savePersona takes. A nil field stays as it is.
type PersonaInput struct {
	Name        string
	Description *string
	JobTitles   []string
	Goals       []string
	PainPoints  []string
}

// Check names every wrong field of the input.
func (in PersonaInput) Check() []FieldError {
	var f faults
	f.line("name", in.Name, 1, MaxTag)
	f.text("description", deref(in.Description), MaxText)
	f.tags("jobTitles", in.JobTitles)
	f.texts("goals", in.Goals)
	f.texts("painPoints", in.PainPoints)
	return f
}

// Apply writes a checked input into the persona.
func (in PersonaInput) Apply(p *Persona) {
	p.Name = squeeze(in.Name)
	if in.Description != nil {
		p.Description = trim(*in.Description)
	}
	if in.JobTitles != nil {
		p.JobTitles = distinctLines(in.JobTitles)
	}
	if in.Goals != nil {
		p.Goals = distinctLines(in.Goals)
	}
	if in.PainPoints != nil {
		p.PainPoints = distinctLines(in.PainPoints)
	}
}
