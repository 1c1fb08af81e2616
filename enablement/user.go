package enablement

import "time"

// Role is what a user may do. ADMIN may do what MARKETER may, MARKETER what
// REP may.
type Role string

// The roles, from the least.
const (
	RoleRep      Role = "REP"
	RoleMarketer Role = "MARKETER"
	RoleAdmin    Role = "ADMIN"
)

// Roles lists every role, the least first.
func Roles() []Role { return []Role{RoleRep, RoleMarketer, RoleAdmin} }

// Allows tells whether a user with role r may do what needs the role least.
// An unknown role allows nothing.
func (r Role) Allows(least Role) bool {
	have, need := -1, len(Roles())
	for rank, role := range Roles() {
		if role == r {
			have = rank
		}
		if role == least {
			need = rank
		}
	}
	return have >= need
}

// User is a person who uses Quiver: known from the first token on, or from the
// first imported send that names them.
type User struct {
	ID string `bson:"_id"`
	// Subject is the token's sub claim; empty until a token of theirs was seen.
	Subject   string    `bson:"subject,omitempty"`
	Name      string    `bson:"name"`
	Email     *string   `bson:"email,omitempty"`
	Team      string    `bson:"team"`
	Role      Role      `bson:"role"`
	Revision  int       `bson:"revision"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
}

// Identity is what a verified token says of its bearer.
type Identity struct {
	Subject string
	Name    string
	Email   string
	Team    string
	Role    Role
}
