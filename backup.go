package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/resolvers"
	"github.com/quiverhq/quiver/store"
)

// patience is how long a client of a backup may take none of it.
const patience = time.Minute

// backupHandler answers GET /backup with a backup, to an ADMIN, one at a time.
type backupHandler struct {
	store  *store.Store
	log    *slog.Logger
	taking sync.Mutex
}

func (h *backupHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "use GET", http.StatusMethodNotAllowed)
		return
	}
	viewer, err := auth.Viewer(r.Context())
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if !viewer.Role.Allows(enablement.RoleAdmin) {
		http.Error(w, "a backup needs the role ADMIN; your token has "+string(viewer.Role), http.StatusForbidden)
		return
	}
	if !h.taking.TryLock() {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "another backup is being taken: try again when it is done", http.StatusConflict)
		return
	}
	defer h.taking.Unlock()
	h.send(r.Context(), w, viewer)
}

// send streams a backup. What goes wrong on the way cuts the connection: the
// client sees a backup without its end.
func (h *backupHandler) send(ctx context.Context, w http.ResponseWriter, viewer *enablement.User) {
	began := time.Now()
	ctx = store.WithActor(ctx, enablement.Actor{
		UserID: viewer.ID, Subject: viewer.Subject, Role: viewer.Role, Action: "backup", RequestID: resolvers.RequestID(ctx),
	})
	if err := h.store.Audit(ctx, "backup"); err != nil {
		h.log.Error("a backup was not begun", "for", viewer.ID, "error", err)
		http.Error(w, "the audit log cannot be written: try again in a moment", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	summary, err := cli.WriteBackup(ctx, h.store, &patientWriter{w, http.NewResponseController(w)}, began)
	if err != nil {
		h.log.Error("a backup was not completed", "for", viewer.ID, "error", err)
		panic(http.ErrAbortHandler)
	}
	h.log.Info("a backup was taken", "for", viewer.ID, "documents", summary.Documents, "unreadable", summary.Unreadable,
		"sha256", summary.SHA256, "took", time.Since(began).Round(time.Millisecond))
}

// patientWriter gives every write its own time, where the server bounds the
// whole of an answer.
type patientWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (p *patientWriter) Write(b []byte) (int, error) {
	if err := p.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}
