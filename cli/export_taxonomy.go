package cli

// The API has no pages of personas and industries: both come all at once.
const personasQuery = `query Export {
  all: personas { id name description jobTitles goals painPoints }
}`

const industriesQuery = `query Export {
  all: industries { id name aliases parent { id name } }
}`

func personaRow(n node) map[string]any {
	return map[string]any{
		"name": n.Name, "description": n.Description, "jobTitles": n.JobTitles, "goals": n.Goals, "painPoints": n.PainPoints,
	}
}

func industryRow(n node) map[string]any {
	row := map[string]any{"name": n.Name, "aliases": n.Aliases}
	if n.Parent != nil {
		row["parent"] = n.Parent.Name
	}
	return row
}

// parentsFirst puts each industry behind the one that it is a part of, so that
// the file can be taken in from its beginning; the rest stays in order.
func parentsFirst(all []node) []node {
	out, placed := make([]node, 0, len(all)), map[string]bool{}
	for before := -1; len(out) > before; {
		before = len(out)
		for _, n := range all {
			if !placed[n.ID] && (n.Parent == nil || placed[n.Parent.ID]) {
				placed[n.ID] = true
				out = append(out, n)
			}
		}
	}
	return out
}
