package enablement

import "time"

// Industry is a place in the taxonomy of industries.
type Industry struct {
	ID        string    `bson:"_id"`
	Name      string    `bson:"name"`
	Aliases   []string  `bson:"aliases"`
	ParentID  string    `bson:"parent,omitempty"`
	Revision  int       `bson:"revision"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`

	// Parent is ParentID looked up; the taxonomy fills it in. It leads to the
	// first level in the end, never in a circle.
	Parent *Industry `bson:"-"`
}

// setParent fills in the parent, unless that would close a circle: two edits at
// once can store one, and who climbs from parent to parent must arrive.
func (ind *Industry) setParent(parent *Industry) {
	for up := parent; up != nil; up = up.Parent {
		if up == ind {
			return
		}
	}
	ind.Parent = parent
}

// Lineage is the industry and those above it, nearest first; nothing for none.
func (ind *Industry) Lineage() []*Industry {
	var line []*Industry
	for up := ind; up != nil; up = up.Parent {
		line = append(line, up)
	}
	return line
}

// IndustryInput is what saveIndustry takes. A nil field stays as it is.
type IndustryInput struct {
	Name    string
	Aliases []string
	Parent  *string

	// Cleared names the fields that the client set to null: a null parent
	// makes the industry one of the first level.
	Cleared []string
}

// Check names every wrong field of the input, whatever the taxonomy says.
func (in IndustryInput) Check() []FieldError {
	var f faults
	f.line("name", in.Name, 1, MaxTag)
	f.tags("aliases", in.Aliases)
	return f
}

// Apply writes a checked input into the industry and names a parent that does
// not exist or would make a circle.
func (in IndustryInput) Apply(ind *Industry, taxonomy *Taxonomy) []FieldError {
	var f faults
	ind.Name = squeeze(in.Name)
	if in.Aliases != nil {
		ind.Aliases = distinctLines(in.Aliases)
	}
	if in.Parent == nil {
		for _, field := range in.Cleared {
			if field == "parent" {
				ind.ParentID = ""
			}
		}
		return f
	}
	parent := taxonomy.Industry(*in.Parent)
	if parent == nil {
		f.add("parent", "no industry has the id %q", clip(*in.Parent))
		return f
	}
	if parent.ID == ind.ID {
		f.add("parent", "an industry cannot be its own parent")
		return f
	}
	for up := parent; up != nil; up = up.Parent {
		if up.ID == ind.ID {
			f.add("parent", "%q lies below this industry already", parent.Name)
			return f
		}
	}
	ind.ParentID = parent.ID
	return f
}
