package auth

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"github.com/quiverhq/quiver/enablement"
)

// The claims that Quiver reads.
const (
	claimSubject  = "sub"
	claimName     = "name"
	claimEmail    = "email"
	claimTeam     = "team"
	claimRole     = "role"
	claimIssuer   = "iss"
	claimAudience = "aud"
	claimIssued   = "iat"
	claimExpires  = "exp"
)

// maxClaim is the most characters of a claim that names a person.
const maxClaim = enablement.MaxTag

// identity reads the claims of a token whose signature has been verified.
func identity(claims jwt.MapClaims) (enablement.Identity, error) {
	var id enablement.Identity
	var role string
	for claim, field := range map[string]*string{
		claimSubject: &id.Subject, claimName: &id.Name, claimEmail: &id.Email, claimTeam: &id.Team, claimRole: &role,
	} {
		value, present := claims[claim]
		if !present || value == nil {
			continue
		}
		text, ok := value.(string)
		if !ok {
			return enablement.Identity{}, unauthenticated("the token's claim %s must be a string", claim)
		}
		*field = text
	}
	id.Role = enablement.Role(role)
	if faults := checkIdentity(id); len(faults) > 0 {
		return enablement.Identity{}, unauthenticated("the token's claim %s %s", faults[0].Path, faults[0].Message)
	}
	return id, nil
}

// checkIdentity names the claims that an identity could not have in a token.
// No message repeats a value.
func checkIdentity(id enablement.Identity) []enablement.FieldError {
	var faults []enablement.FieldError
	fault := func(claim, format string, args ...any) {
		faults = append(faults, enablement.FieldError{Path: claim, Message: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(id.Subject) == "" {
		fault(claimSubject, "is required: it says who the bearer is")
	}
	if !slices.Contains(enablement.Roles(), id.Role) {
		fault(claimRole, "must be one of %s", roleNames())
	}
	for _, c := range []struct{ claim, value string }{
		{claimSubject, id.Subject}, {claimName, id.Name}, {claimEmail, id.Email}, {claimTeam, id.Team},
	} {
		if n := utf8.RuneCountInString(c.value); n > maxClaim {
			fault(c.claim, "has %d characters; at most %d are accepted", n, maxClaim)
		}
		if !utf8.ValidString(c.value) || strings.ContainsFunc(c.value, unicode.IsControl) {
			fault(c.claim, "must be a single line of valid UTF-8 without control characters")
		}
	}
	return faults
}

func roleNames() string {
	var names []string
	for _, role := range enablement.Roles() {
		names = append(names, string(role))
	}
	return strings.Join(names, ", ")
}

// checkTerms tells why a token whose signature has been verified does not hold
// at now: its times (RFC 7519, section 4.1), issuer and audience. It gives the
// time that the token ends at.
func (o Options) checkTerms(claims jwt.MapClaims, now time.Time) (time.Time, error) {
	expires, err := claims.GetExpirationTime()
	if err != nil || expires == nil {
		return time.Time{}, unauthenticated("the token's claim exp is required, as seconds since 1970: tokens that never end are not accepted")
	}
	if !now.Before(expires.Add(o.Leeway)) {
		return time.Time{}, expired(expires.Time)
	}
	starts, err := claims.GetNotBefore()
	if err != nil || starts != nil && now.Before(starts.Add(-o.Leeway)) {
		return time.Time{}, unauthenticated("the token is not valid before %s", moment(starts))
	}
	issued, err := claims.GetIssuedAt()
	if err != nil || issued != nil && now.Before(issued.Add(-o.Leeway)) {
		return time.Time{}, unauthenticated("the token was issued at %s, which is still to come: compare the clocks", moment(issued))
	}
	if issuer, err := claims.GetIssuer(); o.Issuer != "" && (err != nil || issuer != o.Issuer) {
		return time.Time{}, unauthenticated("the token's claim iss must be %q", o.Issuer)
	}
	if audience, err := claims.GetAudience(); o.Audience != "" && (err != nil || !slices.Contains(audience, o.Audience)) {
		return time.Time{}, unauthenticated("the token's claim aud must contain %q", o.Audience)
	}
	return expires.Time, nil
}

func expired(at time.Time) error {
	return unauthenticated("the token expired at %s", at.UTC().Format(time.RFC3339))
}

func moment(date *jwt.NumericDate) string {
	if date == nil {
		return "a time that cannot be read"
	}
	return date.UTC().Format(time.RFC3339)
}

func unauthenticated(format string, args ...any) error {
	return enablement.Errorf(enablement.Unauthenticated, format, args...)
}
