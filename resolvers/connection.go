package resolvers

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/enablement"
)

// selects tells whether the client asks for a field at the end of a path below
// the field that is being resolved, so that nothing is worked out unasked.
func selects(ctx context.Context, path ...string) bool {
	fields := graphql.CollectFieldsCtx(ctx, nil)
	for depth, name := range path {
		var below []graphql.CollectedField
		for _, field := range fields {
			if field.Name != name {
				continue
			}
			if depth == len(path)-1 {
				return true
			}
			below = append(below, graphql.CollectFields(graphql.GetOperationContext(ctx), field.Selections, nil)...)
		}
		fields = below
	}
	return false
}

// assetConnection answers a query to the catalog as a page of documents.
func (r *Resolver) assetConnection(ctx context.Context, q enablement.AssetQuery) (*enablement.AssetConnection, error) {
	q.WithFacets = selects(ctx, "facets")
	q.WithHighlights = selects(ctx, "edges", "highlights")
	q.WithSuggestion = selects(ctx, "didYouMean")
	page, err := r.Search.Assets(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(page.Hits))
	for i := range page.Hits {
		ids[i] = page.Hits[i].ID
	}
	byID, err := r.assetsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	c := &enablement.AssetConnection{
		Edges: make([]*enablement.AssetEdge, 0, len(ids)), Nodes: make([]*enablement.Asset, 0, len(ids)),
		TotalCount: page.Total, Facets: page.Facets, DidYouMean: page.DidYouMean,
	}
	for i := range page.Hits {
		hit := &page.Hits[i]
		// The document may be newer than the index that found it: what has just
		// been drafted again is no rep's to read.
		if asset := byID[hit.ID]; asset != nil && (!q.PublishedOnly || asset.Status == enablement.StatusPublished) {
			c.Edges = append(c.Edges, &enablement.AssetEdge{Cursor: hit.Cursor, Node: asset, Score: hit.Score, Highlights: hit.Highlights})
			c.Nodes = append(c.Nodes, asset)
		}
	}
	c.PageInfo = pageInfo(len(c.Edges), func(i int) *string { return &c.Edges[i].Cursor }, page.HasNext, page.HasPrev)
	return c, nil
}

// searchAssets answers a query that a person asked, and hands it over to be
// remembered.
func (r *Resolver) searchAssets(ctx context.Context, viewer *enablement.User, q enablement.AssetQuery) (*enablement.AssetConnection, error) {
	page, err := r.assetConnection(ctx, q)
	if err == nil {
		r.SearchLog.Asked(viewer, &q, page)
	}
	return page, err
}

// assetsByID gives the documents as they stand now; what is gone is left out.
func (r *Resolver) assetsByID(ctx context.Context, ids []string) (map[string]*enablement.Asset, error) {
	assets, err := r.Store.Assets(ctx, ids)
	if err != nil {
		return nil, err
	}
	now := r.Now()
	byID := make(map[string]*enablement.Asset, len(assets))
	for _, a := range assets {
		byID[a.ID] = a.At(now)
	}
	return byID, nil
}

// sendConnection answers a query to the record of sends as a page of documents.
func (r *Resolver) sendConnection(ctx context.Context, q enablement.SendQuery) (*enablement.SendConnection, error) {
	maySee, failed := r.sendsSeen(ctx)
	page, err := r.Ledger.Sends(q, maySee)
	if err := errors.Join(err, *failed); err != nil {
		return nil, err
	}
	sends, err := r.Store.Sends(ctx, page.IDs)
	if err != nil {
		return nil, err
	}
	cursors := cursorsByID(page)
	c := &enablement.SendConnection{Edges: []*enablement.SendEdge{}, Nodes: sends, TotalCount: page.Total}
	for _, send := range sends {
		c.Edges = append(c.Edges, &enablement.SendEdge{Cursor: cursors[send.ID], Node: send})
	}
	c.PageInfo = pageInfo(len(c.Edges), func(i int) *string { return &c.Edges[i].Cursor }, page.HasNext, page.HasPrev)
	return c, nil
}

// leadConnection answers a query to the leads as a page of documents.
func (r *Resolver) leadConnection(ctx context.Context, q enablement.LeadQuery) (*enablement.LeadConnection, error) {
	page, err := r.Search.Leads(ctx, q)
	if err != nil {
		return nil, err
	}
	leads, err := r.Store.Leads(ctx, page.IDs)
	if err != nil {
		return nil, err
	}
	cursors := cursorsByID(page)
	c := &enablement.LeadConnection{Edges: []*enablement.LeadEdge{}, Nodes: leads, TotalCount: page.Total}
	for _, lead := range leads {
		c.Edges = append(c.Edges, &enablement.LeadEdge{Cursor: cursors[lead.ID], Node: lead})
	}
	c.PageInfo = pageInfo(len(c.Edges), func(i int) *string { return &c.Edges[i].Cursor }, page.HasNext, page.HasPrev)
	return c, nil
}

// auditConnection answers a query to the audit log as a page of changes.
func (r *Resolver) auditConnection(ctx context.Context, q enablement.AuditQuery) (*enablement.AuditConnection, error) {
	page, err := r.Trail.Page(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(page.Rows))
	for _, row := range page.Rows {
		if len(ids) == 0 || ids[len(ids)-1] != row.EntryID {
			ids = append(ids, row.EntryID)
		}
	}
	entries, err := r.Store.AuditEntries(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*enablement.AuditEntry, len(entries))
	for _, e := range entries {
		byID[e.ID] = e
	}
	c := &enablement.AuditConnection{Edges: []*enablement.AuditEdge{}, Nodes: []*enablement.AuditChange{}, TotalCount: page.Total, Since: page.Since}
	for _, row := range page.Rows {
		if e := byID[row.EntryID]; e != nil && row.Item < len(e.Items) {
			change := e.Change(row.Item, row.Written)
			c.Edges = append(c.Edges, &enablement.AuditEdge{Cursor: row.Cursor, Node: change})
			c.Nodes = append(c.Nodes, change)
		}
	}
	c.PageInfo = pageInfo(len(c.Edges), func(i int) *string { return &c.Edges[i].Cursor }, page.HasNext, page.HasPrev)
	return c, nil
}

// cursorsByID keeps a cursor with its row where a document has gone missing.
func cursorsByID(page *enablement.IDPage) map[string]string {
	cursors := make(map[string]string, len(page.IDs))
	for i, id := range page.IDs {
		cursors[id] = page.Cursors[i]
	}
	return cursors
}

func pageInfo(rows int, cursor func(int) *string, hasNext, hasPrev bool) *enablement.PageInfo {
	info := &enablement.PageInfo{HasNextPage: hasNext, HasPreviousPage: hasPrev}
	if rows > 0 {
		info.StartCursor, info.EndCursor = cursor(0), cursor(rows-1)
	}
	return info
}
