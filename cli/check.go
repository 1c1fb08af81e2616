package cli

import "context"

// Check compares the store with the index of the same data directory.
type Check struct {
	Data       string `help:"The data directory." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"The database, where it is not the embedded one." env:"QUIVER_MONGODB_URI,MONGODB_URI" placeholder:"URI"`
}

// Run prints what differs. It gives an *ExitError: ExitDiffers where something
// does, ExitUnable where store or index cannot be opened.
func (c *Check) Run(ctx context.Context, streams Streams) error {
	return unable("check: under construction")
}
