package cli

import (
	"context"
	"time"
)

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
}

// Run prints the token alone, so that it can stand in a command substitution.
func (c *Token) Run(ctx context.Context, streams Streams) error {
	return unable("token: under construction")
}
