package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// crashDir is set, to the directory, in the process that TestCrash kills.
const crashDir = "QUIVER_TEST_CRASH_DIR"

func TestAcknowledgedSendsOutliveACrash(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		recordUntilKilled(t, dir)
	}
	dir := t.TempDir()
	victim := exec.Command(os.Args[0], "-test.run=^TestAcknowledgedSendsOutliveACrash$")
	victim.Env = append(os.Environ(), crashDir+"="+dir, "MONGODB_URI=")
	output, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if id := lines.Text(); strings.HasPrefix(id, enablement.SendPrefix) {
			acknowledged = append(acknowledged, id)
		}
		if len(acknowledged) == 200 {
			if _, err := Open(context.Background(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "another quiver uses this directory") {
				t.Errorf("opened a directory in use: %v", err)
			}
			victim.Process.Kill()
		}
	}
	victim.Wait()
	if len(acknowledged) < 200 {
		t.Fatalf("the process ended after %d sends", len(acknowledged))
	}
	o := testDatabase(t)
	o.URI, o.Dir = "", dir
	s := openStore(t, o)
	found, err := s.Sends(context.Background(), acknowledged)
	if err != nil || len(found) != len(acknowledged) {
		t.Errorf("%d of %d acknowledged sends are there after the crash, %v", len(found), len(acknowledged), err)
	}
}

func recordUntilKilled(t *testing.T, dir string) {
	s := openStore(t, Options{Dir: dir})
	rep, asset, lead := someone(t, s)
	for {
		send, err := s.RecordSend(context.Background(), enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(send.ID)
	}
}
