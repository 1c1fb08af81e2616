package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// subject is the server under measurement, a process of its own.
type subject struct {
	binary, data string
	addr         string
	process      *exec.Cmd
	ended        chan struct{}
	marketer     string
	rep          string
}

// start starts the server on a free port of loopback and waits until it is
// ready.
func (s *subject) start(ctx context.Context) error {
	if _, err := s.launch(ctx); err != nil {
		return err
	}
	return s.signTokens(ctx)
}

// signTokens makes the tokens that the questions are asked with.
func (s *subject) signTokens(ctx context.Context) error {
	for role, token := range map[string]*string{"MARKETER": &s.marketer, "REP": &s.rep} {
		out, err := exec.CommandContext(ctx, s.binary, "token", "--role", role, "--subject", "bench-"+strings.ToLower(role), "--data", s.data).Output()
		if err != nil {
			return fmt.Errorf("make a token: %w", err)
		}
		*token = strings.TrimSpace(string(out))
	}
	return nil
}

// launch starts the process; it gives how long it took to be alive.
func (s *subject) launch(ctx context.Context) (alive time.Duration, err error) {
	if s.addr == "" {
		if err := s.choosePort(); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	// One token asks all the questions: no limit to its rate.
	if err := s.run(exec.Command(s.binary, "serve", "--addr", s.addr, "--data", s.data, "--rate-limit", "0")); err != nil {
		return 0, err
	}
	if err := s.await(ctx, "/healthz"); err != nil {
		return 0, err
	}
	alive = time.Since(began)
	return alive, s.await(ctx, "/readyz")
}

// choosePort takes a free port of loopback.
func (s *subject) choosePort() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	return l.Close()
}

func (s *subject) run(process *exec.Cmd) error {
	s.process, s.ended = process, make(chan struct{})
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		return fmt.Errorf("start %s: %w", process.Path, err)
	}
	go func(ended chan struct{}) { process.Wait(); close(ended) }(s.ended)
	return nil
}

// await polls an address until it answers 200.
func (s *subject) await(ctx context.Context, path string) error {
	deadline := time.Now().Add(5 * time.Minute)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		response, err := http.Get("http://" + s.addr + path)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.ended:
			return errors.New("the server ended")
		case <-time.After(2 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s was not answered in time", path)
}

// restart stops the server as an operator would and measures its way back.
func (s *subject) restart(ctx context.Context, t *table) error {
	s.stop()
	began := time.Now()
	alive, err := s.launch(ctx)
	if err != nil {
		return err
	}
	t.add("restart to alive (/healthz)", alive.Round(time.Millisecond).String(), "at once")
	t.add("restart to ready (/readyz)", time.Since(began).Round(10*time.Millisecond).String(), "< 10 s")
	return nil
}

// rebuild has the server build its index anew from the database.
func (s *subject) rebuild(ctx context.Context, t *table) error {
	s.stop()
	if err := os.RemoveAll(filepath.Join(s.data, "index")); err != nil {
		return err
	}
	began := time.Now()
	if _, err := s.launch(ctx); err != nil {
		return err
	}
	t.add("start that builds the index anew", fmt.Sprintf("%.1f s", time.Since(began).Seconds()), "100,000 assets < 120 s")
	t.add("resident memory at its height meanwhile", fmt.Sprintf("%d MB", s.memory("VmHWM:")>>20), "< 1 GB")
	return nil
}

func (s *subject) stop() {
	if s.process == nil || s.process.Process == nil {
		return
	}
	s.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		s.process.Process.Kill()
		<-s.ended
	}
	s.process = nil
}

// memory is the server's resident memory in bytes: VmRSS now, VmHWM at its
// height.
func (s *subject) memory(line string) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(l, line); ok {
			kilobytes, _ := strconv.Atoi(strings.Fields(value)[0])
			return kilobytes << 10
		}
	}
	return 0
}

// cpu is the processor time that the server has used; 0 where it is not a
// process of this one.
func (s *subject) cpu() time.Duration {
	if s.process == nil {
		return 0
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	// proc(5): the fields behind the name, which may hold spaces itself; 14 and 15
	// count hundredths of a second.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// importFile runs the import command, as a person would.
func (s *subject) importFile(ctx context.Context, noun, file string) (time.Duration, error) {
	began := time.Now()
	command := exec.CommandContext(ctx, s.binary, "import", noun, file, "--server", "http://"+s.addr, "--token", s.marketer)
	if out, err := command.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("import %s: %w: %.2000s", noun, err, out)
	}
	return time.Since(began), nil
}

// query asks one question and decodes data into into.
func (s *subject) query(ctx context.Context, document string, variables map[string]any, into any) error {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.marketer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Errors) > 0 {
		return fmt.Errorf("%.200s: answered %.500s", document, text)
	}
	return json.Unmarshal(answer.Data, into)
}
