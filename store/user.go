package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/quiverhq/quiver/enablement"
)

// userIndexes: a token's subject is one user; updatedAt is for the tail.
var userIndexes = []index{{field: "subject", unique: true}, {field: "updatedAt"}}

// users holds every user in memory: each request asks for one.
type users struct {
	docs    *collection[enablement.User]
	trail   *trail
	now     func() time.Time
	writing sync.Mutex // held from the look-up of a user to their entry below

	mu        sync.RWMutex
	ids       map[string]*enablement.User
	bySubject map[string]*enablement.User // to the letter: RFC 7519, section 4.1.2
	byEmail   map[string]*enablement.User // lower case; the first of several by id
}

func newUsers(docs *collection[enablement.User], trail *trail, now func() time.Time) *users {
	docs.id = func(u *enablement.User) string { return u.ID }
	docs.revision = func(u *enablement.User) int { return u.Revision }
	return &users{docs: docs, trail: trail, now: now, ids: map[string]*enablement.User{},
		bySubject: map[string]*enablement.User{}, byEmail: map[string]*enablement.User{}}
}

// read takes every user from the database.
func (u *users) read(ctx context.Context) error {
	all, err := gather(u.docs.all(ctx))
	if err != nil {
		return err
	}
	for _, user := range all {
		u.take(user)
	}
	return nil
}

// take makes a user, or their next revision, known.
func (u *users) take(user *enablement.User) {
	u.mu.Lock()
	defer u.mu.Unlock()
	before := u.ids[user.ID]
	if before != nil && before.Revision >= user.Revision {
		return
	}
	if before != nil {
		if key := emailKey(before); u.byEmail[key] == before {
			delete(u.byEmail, key)
		}
	}
	u.ids[user.ID] = user
	if user.Subject != "" {
		u.bySubject[user.Subject] = user
	}
	if key := emailKey(user); key != "" {
		if other := u.byEmail[key]; other == nil || other.ID >= user.ID {
			u.byEmail[key] = user
		}
	}
}

func emailKey(u *enablement.User) string {
	if u.Email == nil {
		return ""
	}
	return strings.ToLower(*u.Email)
}

func (u *users) byID(id string) *enablement.User {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.ids[id]
}

// whose gives the user with a subject, else the one with an email; nil.
func (u *users) whose(subject, email string) (bySubject, byEmail *enablement.User) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.bySubject[subject], u.byEmail[strings.ToLower(email)]
}

// User gives a user. NOT_FOUND.
func (s *Store) User(_ context.Context, id string) (*enablement.User, error) {
	if user := s.users.byID(id); user != nil {
		return user, nil
	}
	return nil, enablement.Missing("user", id)
}

// Users gives every user by name.
func (s *Store) Users() []*enablement.User {
	s.users.mu.RLock()
	defer s.users.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.users.ids), func(a, b *enablement.User) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}

// EnsureUser gives the user that a verified token speaks for, as the token
// describes them. One who is new is added; one whom an import named by email
// before their first token becomes this user. What the token leaves out stays.
// Nothing is written where nothing has changed. UNAUTHENTICATED without a
// subject of one line of at most 200 characters.
func (s *Store) EnsureUser(ctx context.Context, who enablement.Identity) (*enablement.User, error) {
	subject := who.Subject
	if who = tidy(who); who.Subject == "" || who.Subject != subject {
		// Two subjects must never become one by being tidied.
		return nil, enablement.Errorf(enablement.Unauthenticated, "the token's subject must be one line of 1 to %d characters", enablement.MaxTag)
	}
	if known, _ := s.users.whose(who.Subject, ""); known != nil && !describe(*known, who).differs(known) {
		return known, nil
	}
	s.users.writing.Lock()
	defer s.users.writing.Unlock()
	for try := 1; ; try++ {
		user, err := s.users.ensure(ctx, who)
		if !errors.Is(err, errTaken) && !errors.Is(err, errMoved) || try == writeAttempts {
			return user, err
		}
		if err := s.users.read(ctx); err != nil { // another server was first
			return nil, err
		}
	}
}

// ensure is one try of EnsureUser; writing is held.
func (u *users) ensure(ctx context.Context, who enablement.Identity) (*enablement.User, error) {
	known, named := u.whose(who.Subject, who.Email)
	if known == nil && named != nil && named.Subject == "" && who.Email != "" {
		known = named
	}
	if known == nil {
		return u.write(ctx, describe(enablement.User{ID: derivedID(enablement.UserPrefix, "subject", who.Subject)}, who))
	}
	next := describe(*known, who)
	if !next.differs(known) {
		return known, nil
	}
	return u.write(ctx, next)
}

// named gives the user whom an import calls so, by id, subject or email, or nil.
func (u *users) named(ref string) *enablement.User {
	ref = strings.TrimSpace(ref)
	if user := u.byID(ref); user != nil {
		return user
	}
	bySubject, byEmail := u.whose(ref, ref)
	return cmp.Or(bySubject, byEmail)
}

// newcomer is the rep whom an import names for the first time. Their id is that
// of their first token, or of their email until then.
func newcomer(ref string) enablement.User {
	ref = strings.TrimSpace(ref)
	user := enablement.User{Name: ref, Role: enablement.RoleRep}
	if strings.Contains(ref, "@") {
		email := strings.ToLower(ref)
		user.ID, user.Email = derivedID(enablement.UserPrefix, "email", email), &email
		return user
	}
	user.ID, user.Subject = derivedID(enablement.UserPrefix, "subject", ref), ref
	return user
}

// add gives the user whom an import names, added where they are unknown.
func (u *users) add(ctx context.Context, ref string) (*enablement.User, error) {
	u.writing.Lock()
	defer u.writing.Unlock()
	for try := 1; ; try++ {
		if user := u.named(ref); user != nil {
			return user, nil
		}
		user, err := u.write(ctx, described{newcomer(ref)})
		if !errors.Is(err, errTaken) || try == writeAttempts {
			return user, err
		}
		if err := u.read(ctx); err != nil {
			return nil, err
		}
	}
}

// write stores the user's next revision; writing is held.
func (u *users) write(ctx context.Context, d described) (*enablement.User, error) {
	user := d.User
	now := enablement.Instant(u.now())
	user.Revision, user.UpdatedAt = user.Revision+1, now
	intent, err := u.trail.intend(byThemselves(ctx, &user), []enablement.AuditItem{item(auditedUser, user.ID, user.Revision, u.byID(user.ID), &user)})
	if err != nil {
		return nil, err
	}
	if user.Revision == 1 {
		user.CreatedAt = now
		err = u.docs.insert(ctx, &user)[0]
	} else {
		err = u.docs.replace(ctx, &user)
	}
	intent.settle(ctx, err)
	if err != nil {
		return nil, fmt.Errorf("save a user: %w", err)
	}
	u.take(&user)
	return &user, nil
}

// byThemselves is a context in which the user writes whose token is being looked
// at, where nobody else does.
func byThemselves(ctx context.Context, user *enablement.User) context.Context {
	if _, known := ctx.Value(actorKey{}).(enablement.Actor); known {
		return ctx
	}
	return WithActor(ctx, enablement.Actor{UserID: user.ID, Subject: user.Subject, Role: user.Role, Action: "token"})
}

// described is a user as a token describes them.
type described struct{ enablement.User }

func describe(user enablement.User, who enablement.Identity) described {
	if user.Subject == "" {
		user.Subject = who.Subject
	}
	user.Name = cmp.Or(who.Name, user.Name, who.Email, who.Subject)
	user.Team = cmp.Or(who.Team, user.Team)
	user.Role = cmp.Or(who.Role, user.Role, enablement.RoleRep)
	if who.Email != "" && emailKey(&user) != strings.ToLower(who.Email) {
		user.Email = &who.Email
	}
	return described{user}
}

func (d described) differs(from *enablement.User) bool {
	return d.Subject != from.Subject || d.Name != from.Name || d.Team != from.Team || d.Role != from.Role || d.Email != from.Email
}

// tidy takes out of a token's claims what no reader could see, and cuts them to
// what a tag may hold.
func tidy(who enablement.Identity) enablement.Identity {
	for _, claim := range []*string{&who.Subject, &who.Name, &who.Email, &who.Team} {
		clean := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(*claim, "�"))
		runes := []rune(strings.Join(strings.Fields(clean), " "))
		*claim = string(runes[:min(len(runes), enablement.MaxTag)])
	}
	return who
}
