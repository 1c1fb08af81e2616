package resolvers

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

// What validation may be given. It compares fields in pairs and follows
// fragments again for each pair (OverlappingFieldsCanBeMerged), and follows
// them without a memory within introspection (MaxIntrospectionDepth): without
// a bound some hundred bytes of fragments that spread each other twice take
// minutes. Within these it takes less than half a second
// (BenchmarkWorstAdmitted).
const (
	maxOperations = 50
	maxFragments  = 100
	// maxWritten is the most fields and fragments of a document with every
	// fragment written out wherever it is spread.
	maxWritten = 10_000
	// maxPairs is the most pairs of fields that are asked for in the same place of
	// the answer: 200 times one field are 19,900.
	maxPairs = 20_000
)

// writtenFault tells why a parsed document must not be validated, or nil. It
// takes time linear in maxWritten.
func writtenFault(document *ast.QueryDocument) *gqlerror.Error {
	switch {
	case len(document.Operations) > maxOperations:
		return tooComplex("the document has %d operations; %d is the most", len(document.Operations), maxOperations)
	case len(document.Fragments) > maxFragments:
		return tooComplex("the document has %d fragments; %d is the most", len(document.Fragments), maxFragments)
	}
	w := written{fragments: map[string]*ast.FragmentDefinition{}, open: map[string]bool{}}
	for _, f := range document.Fragments {
		if w.fragments[f.Name] == nil { // as validation takes the first of a name
			w.fragments[f.Name] = f
		}
	}
	for _, o := range document.Operations {
		w.selections(o.SelectionSet, &place{})
	}
	for _, f := range document.Fragments { // which are validated for themselves, too
		w.fragment(f, &place{})
	}
	switch {
	case w.cycle != "":
		return coded(&enablement.Error{Code: enablement.BadUserInput, Message: "the fragment " + excerpt(w.cycle) + " spreads itself"})
	case w.size > maxWritten:
		return tooComplex("with its fragments written out the document has more than %d fields: ask in several requests", maxWritten)
	case w.pairs > maxPairs:
		return tooComplex("the document asks for the same fields of the same thing too often: ask once")
	}
	return nil
}

// written walks a document as if every fragment were written out.
type written struct {
	fragments map[string]*ast.FragmentDefinition
	open      map[string]bool // fragments that the walk is in
	cycle     string          // a fragment that spreads itself
	size      int
	pairs     int
}

// place is a place in the answer: the fields of one name in one selection,
// whichever fragments and types they come from.
type place struct {
	times  int
	within map[string]*place
}

func (p *place) child(name string) *place {
	child := p.within[name]
	if child == nil {
		if p.within == nil {
			p.within = map[string]*place{}
		}
		child = &place{}
		p.within[name] = child
	}
	return child
}

func (w *written) over() bool { return w.size > maxWritten || w.pairs > maxPairs || w.cycle != "" }

func (w *written) selections(set ast.SelectionSet, at *place) {
	for _, selection := range set {
		if w.over() {
			return
		}
		w.size++
		switch s := selection.(type) {
		case *ast.Field:
			child := at.child(s.Alias) // which is the name where there is no alias
			w.pairs += child.times
			child.times++
			w.selections(s.SelectionSet, child)
		case *ast.InlineFragment:
			w.selections(s.SelectionSet, at)
		case *ast.FragmentSpread:
			w.spread(s.Name, at)
		}
	}
}

func (w *written) spread(name string, at *place) {
	switch fragment := w.fragments[name]; {
	case fragment == nil: // which validation will tell
	case w.open[name]:
		w.cycle = name
	default:
		w.fragment(fragment, at)
	}
}

func (w *written) fragment(f *ast.FragmentDefinition, at *place) {
	w.open[f.Name] = true
	w.selections(f.SelectionSet, at)
	delete(w.open, f.Name)
}
