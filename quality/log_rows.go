package quality

import (
	"fmt"
	"strings"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

func (r *logReader) readTaxonomy() error {
	var personas keyed[*enablement.Persona]
	err := r.each(rows.Personas, func(_ string, row rows.Row) {
		p := &enablement.Persona{}
		row.Persona().Apply(p)
		p.ID = p.Name
		personas.put(p.ID, p)
	})
	if err != nil {
		return err
	}
	var industries keyed[*enablement.Industry]
	var parents []func(*enablement.Taxonomy) // which may stand below their parts here
	err = r.each(rows.Industries, func(file string, row rows.Row) {
		in, i := row.Industry(), &enablement.Industry{}
		if parent := in.Parent; parent != nil {
			parents = append(parents, func(t *enablement.Taxonomy) {
				if found, ok := t.FindIndustry(*parent); ok {
					i.ParentID = found.ID
				} else {
					r.missing(file, row, "an industry")
				}
			})
		}
		in.Parent = nil
		in.Apply(i, nil)
		i.ID = i.Name
		industries.put(i.ID, i)
	})
	all := enablement.NewTaxonomy(nil, industries.all)
	for _, find := range parents {
		find(all)
	}
	r.log.Taxonomy = enablement.NewTaxonomy(personas.all, industries.all)
	return err
}

func (r *logReader) readAssets() error {
	return r.each(rows.Assets, func(file string, row rows.Row) {
		a, in := &enablement.Asset{Version: 1}, row.Asset()
		for _, f := range in.Apply(a, r.log.Taxonomy) {
			what := "an industry"
			if strings.HasPrefix(f.Path, "personas") {
				what = "a persona"
			}
			r.missing(file, row, what)
		}
		a.ID = fmt.Sprintf("%s:%d", file, row.Line) // which no send can name
		if a.ExternalID != nil {
			a.ID = *a.ExternalID
		}
		r.assets.put(a.ID, a)
	})
}

func (r *logReader) readLeads() error {
	return r.each(rows.Leads, func(file string, row rows.Row) {
		l := &enablement.Lead{Revision: 1}
		if faults := row.Lead().Apply(l, r.log.Taxonomy); len(faults) > 0 {
			r.missing(file, row, "a persona")
			l.PersonaByHand = ""
			l.Place(r.log.Taxonomy)
		}
		if l.Email != nil {
			l.ID, r.emails[*l.Email] = *l.Email, l
		}
		if l.ExternalID != nil {
			l.ID = *l.ExternalID
		}
		r.leads.put(l.ID, l)
	})
}

func (r *logReader) readSends() error {
	return r.each(rows.Sends, func(file string, row rows.Row) {
		in := row.Send()
		id := strings.TrimSpace(in.ExternalID)
		if r.sends[id] != nil {
			return
		}
		lead, ok := r.leads.get(in.Lead)
		if !ok {
			lead, ok = r.emails[strings.ToLower(strings.TrimSpace(in.Lead))]
		}
		if !ok {
			r.missing(file, row, "a lead")
			return
		}
		var assets []string
		for _, ref := range in.Assets {
			if a, ok := r.assets.get(ref); ok {
				assets = append(assets, a.ID)
			} else {
				r.missing(file, row, "an asset")
			}
		}
		if len(assets) == 0 {
			return
		}
		send := enablement.NewSend(lead, &enablement.User{ID: in.Rep}, assets, in.Channel, in.Message, &in.SentAt, r.now)
		send.ID, send.ExternalID = id, &id
		r.sends[id] = send
		r.log.Sends = append(r.log.Sends, send)
	})
}

func (r *logReader) readOutcomes() error {
	return r.each(rows.Outcomes, func(file string, row rows.Row) {
		in := row.Outcome()
		send := r.sends[strings.TrimSpace(in.Send)]
		if send == nil {
			r.missing(file, row, "a send")
			return
		}
		asset := ""
		if in.Asset != nil && strings.TrimSpace(*in.Asset) != "" {
			a, ok := r.assets.get(*in.Asset)
			if !ok {
				r.missing(file, row, "an asset")
				return
			}
			asset = a.ID
		}
		o, faults := enablement.NewOutcome(send, asset, in.Kind, &in.At, r.now)
		if len(faults) > 0 {
			r.fault(file, row, faults)
			return
		}
		o.ID = strings.Join([]string{send.ID, asset, string(in.Kind)}, ".")
		if !r.told[o.ID] {
			r.told[o.ID] = true
			r.log.Outcomes = append(r.log.Outcomes, o)
		}
	})
}
