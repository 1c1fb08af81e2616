package cli

// Server is the pair of flags by which a command finds the API.
type Server struct {
	Server string `help:"Address of the Quiver server." default:"http://127.0.0.1:8080" env:"QUIVER_SERVER" placeholder:"URL"`
	Token  string `help:"Token of a MARKETER or ADMIN; see quiver token." env:"QUIVER_TOKEN" placeholder:"JWT"`
}
