package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
)

// proxy stands before an engine that several servers share. It answers itself,
// from the engine's file and by its indexes, what they read in bulk (see finder),
// for which FerretDB 1.24 decodes every document of a collection; all else
// it passes on.
type proxy struct {
	engine *Engine
	finder *finder
	logger *slog.Logger
}

// serve takes connections until ctx ends, and closes them then.
func (p *proxy) serve(ctx context.Context, listener net.Listener) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	for {
		client, err := listener.Accept()
		if err != nil && ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept a connection: %w", err)
		}
		clients.Go(func() {
			if err := p.pass(ctx, client); err != nil && ctx.Err() == nil {
				p.logger.Debug("a connection to the engine ended", "error", err)
			}
		})
	}
}

// pass serves one client. A client waits for the answer to one message before it
// sends the next, so that answers from here and from the engine never mix.
func (p *proxy) pass(ctx context.Context, client net.Conn) error {
	defer client.Close()
	backend, err := net.Dial("unix", p.engine.socket.path)
	if err != nil {
		return err
	}
	defer backend.Close()
	defer context.AfterFunc(ctx, func() { client.Close(); backend.Close() })()
	go func() {
		defer client.Close()
		_, _ = io.Copy(client, backend)
	}()
	var answer []byte // used again: batches are large
	for {
		message, err := readMessage(client)
		if err != nil {
			return err
		}
		to := backend
		if command, ok := commandOf(message); ok {
			at, begun := beginReply(answer[:0], message)
			if full := p.finder.answer(ctx, command, begun); full != nil {
				answer = bsoncore.UpdateLength(full, at, int32(len(full)))
				to, message = client, answer
			}
		}
		if _, err := to.Write(message); err != nil {
			return err
		}
	}
}

const (
	headerSize = 16
	maxMessage = 48_000_000 // what MongoDB and FerretDB take, maxMessageSizeBytes
)

func readMessage(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header[:])
	if size < headerSize || size > maxMessage {
		return nil, errors.New("not a message of MongoDB's protocol")
	}
	message := make([]byte, size)
	copy(message, header[:])
	_, err := io.ReadFull(r, message[headerSize:])
	return message, err
}

// commandOf gives the command of a message that is nothing but one.
func commandOf(message []byte) (bsoncore.Document, bool) {
	_, _, _, opcode, rest, ok := wiremessage.ReadHeader(message)
	if !ok || opcode != wiremessage.OpMsg {
		return nil, false
	}
	flags, rest, ok := wiremessage.ReadMsgFlags(rest)
	if !ok || flags != 0 {
		return nil, false
	}
	kind, rest, ok := wiremessage.ReadMsgSectionType(rest)
	if !ok || kind != wiremessage.SingleDocument {
		return nil, false
	}
	command, rest, ok := wiremessage.ReadMsgSectionSingleDocument(rest)
	return command, ok && len(rest) == 0 && command.Validate() == nil
}

// beginReply appends what is before the document of the answer to a message.
func beginReply(dst, to []byte) (at int32, begun []byte) {
	_, id, _, _, _, _ := wiremessage.ReadHeader(to)
	at, dst = wiremessage.AppendHeaderStart(dst, wiremessage.NextRequestID(), id, wiremessage.OpMsg)
	dst = wiremessage.AppendMsgFlags(dst, 0)
	return at, wiremessage.AppendMsgSectionType(dst, wiremessage.SingleDocument)
}
