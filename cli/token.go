package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// keyFile is the name of the signing key in a data directory.
const keyFile = "jwt.key"

// Token signs a token with the key of a data directory.
type Token struct {
	Role          string        `required:"" enum:"REP,MARKETER,ADMIN" help:"REP, MARKETER or ADMIN." env:"QUIVER_TOKEN_ROLE"`
	Subject       string        `required:"" help:"Who the bearer is, for good: rep-7." env:"QUIVER_TOKEN_SUBJECT" placeholder:"ID"`
	Name          string        `help:"The bearer's name." env:"QUIVER_TOKEN_NAME"`
	Email         string        `help:"The bearer's email address." env:"QUIVER_TOKEN_EMAIL"`
	Team          string        `help:"The bearer's team, which usage is counted by." env:"QUIVER_TOKEN_TEAM"`
	TTL           time.Duration `name:"ttl" help:"How long the token holds: 30m, 12h." default:"12h" env:"QUIVER_TOKEN_TTL"`
	Data          string        `help:"The server's data directory, which holds the key." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	JWTSecretFile string        `name:"jwt-secret-file" help:"The file that holds the key, where the server was started with one." env:"QUIVER_JWT_SECRET_FILE" type:"path" placeholder:"FILE"`
	Issuer        string        `name:"jwt-issuer" help:"The token's iss, where the server asks for one." env:"QUIVER_JWT_ISSUER" placeholder:"URL"`
	Audience      string        `name:"jwt-audience" help:"The token's aud, where the server asks for one." env:"QUIVER_JWT_AUDIENCE" placeholder:"NAME"`
}

// Run prints the token alone, so that it can stand in a command substitution.
// A data directory that has no key yet gets one, as at a server's first start.
func (c *Token) Run(streams Streams) error {
	key, err := c.key()
	if err != nil {
		return unable("%w", err)
	}
	token, err := key.As(c.Issuer, c.Audience).Sign(enablement.Identity{
		Subject: c.Subject, Name: c.Name, Email: c.Email, Team: c.Team, Role: enablement.Role(c.Role),
	}, c.TTL, time.Now())
	if err != nil {
		return tokenRefused(err)
	}
	_, err = fmt.Fprintln(streams.Out, token)
	return err
}

func (c *Token) key() (*auth.Secret, error) {
	if c.JWTSecretFile != "" {
		return auth.SecretFile(c.JWTSecretFile)
	}
	if _, err := os.Stat(c.Data); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no data directory %s: give the server's with --data", c.Data)
	}
	local, err := auth.LocalKey(filepath.Join(c.Data, keyFile))
	if err != nil {
		return nil, err
	}
	return &local.Secret, nil
}

// tokenRefused names every flag at fault: sub is --subject.
func tokenRefused(err error) error {
	faults := enablement.FaultsOf(err)
	if len(faults) == 0 {
		return unable("%w", err)
	}
	var lines []string
	for _, f := range faults {
		if f.Path == "sub" {
			f.Path = "subject"
		}
		lines = append(lines, "--"+f.Path+": "+f.Message)
	}
	return unable("%s", strings.Join(lines, "\n"))
}
