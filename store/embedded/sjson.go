package embedded

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// sjsonReader turns FerretDB's SJSON into BSON: JSON whose key "$s" says the
// order and the types of the others.
// https://github.com/FerretDB/FerretDB/blob/v1.24.2/internal/handler/sjson/sjson.go
type sjsonReader struct {
	shapes map[string]*shape // by their text: thousands of documents share one
}

// shape is what "$s" says of an object.
type shape struct {
	Keys       []string            `json:"$k"`
	Properties map[string]property `json:"p"`
}

// property is the type of one value.
type property struct {
	Type    string     `json:"t"`
	Items   []property `json:"i"`  // of an array
	Shape   *shape     `json:"$s"` // of an object
	Subtype byte       `json:"s"`  // of binary data
}

// maxShapes bounds what is remembered of a collection whose documents all
// differ.
const maxShapes = 10_000

func newSJSONReader() *sjsonReader { return &sjsonReader{shapes: map[string]*shape{}} }

// document converts one document.
func (r *sjsonReader) document(text []byte) (bson.Raw, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	s, err := r.shape(fields["$s"])
	if err != nil {
		return nil, err
	}
	return appendObject(make([]byte, 0, len(text)), fields, s)
}

func (r *sjsonReader) shape(text []byte) (*shape, error) {
	if known := r.shapes[string(text)]; known != nil {
		return known, nil
	}
	s := new(shape)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	if len(r.shapes) >= maxShapes {
		clear(r.shapes)
	}
	r.shapes[string(text)] = s
	return s, nil
}

// appendObject appends a BSON document with the fields in the shape's order.
func appendObject(b []byte, fields map[string]json.RawMessage, s *shape) ([]byte, error) {
	if s == nil {
		return nil, errors.New("an object without a schema")
	}
	start, b := bsoncore.AppendDocumentStart(b)
	for _, key := range s.Keys {
		var err error
		if b, err = appendValue(b, key, fields[key], s.Properties[key]); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return bsoncore.AppendDocumentEnd(b, start)
}

// appendValue appends one element.
func appendValue(b []byte, key string, value json.RawMessage, p property) ([]byte, error) {
	switch p.Type {
	case "string":
		s, err := decode[string](value)
		return bsoncore.AppendStringElement(b, key, s), err
	case "date":
		ms, err := strconv.ParseInt(string(value), 10, 64)
		return bsoncore.AppendDateTimeElement(b, key, ms), err
	case "int":
		n, err := strconv.ParseInt(string(value), 10, 32)
		return bsoncore.AppendInt32Element(b, key, int32(n)), err
	case "long":
		n, err := strconv.ParseInt(string(value), 10, 64)
		return bsoncore.AppendInt64Element(b, key, n), err
	case "double":
		n, err := decode[float64](value)
		return bsoncore.AppendDoubleElement(b, key, n), err
	case "bool":
		v, err := decode[bool](value)
		return bsoncore.AppendBooleanElement(b, key, v), err
	case "null":
		return bsoncore.AppendNullElement(b, key), nil
	case "array":
		return appendArray(b, key, value, p.Items)
	case "object":
		fields, err := decode[map[string]json.RawMessage](value)
		if err != nil {
			return nil, err
		}
		return appendObject(bsoncore.AppendHeader(b, bsoncore.TypeEmbeddedDocument, key), fields, p.Shape)
	case "objectId":
		return appendObjectID(b, key, value)
	case "binData":
		s, err := decode[string](value)
		if err != nil {
			return nil, err
		}
		data, err := base64.StdEncoding.DecodeString(s)
		return bsoncore.AppendBinaryElement(b, key, p.Subtype, data), err
	default:
		return nil, fmt.Errorf("the type %q is not known", p.Type)
	}
}

func appendArray(b []byte, key string, value json.RawMessage, items []property) ([]byte, error) {
	values, err := decode[[]json.RawMessage](value)
	if err != nil {
		return nil, err
	}
	if len(values) != len(items) {
		return nil, fmt.Errorf("%d values and %d types", len(values), len(items))
	}
	start, b := bsoncore.AppendArrayElementStart(b, key)
	for i, v := range values {
		if b, err = appendValue(b, strconv.Itoa(i), v, items[i]); err != nil {
			return nil, err
		}
	}
	return bsoncore.AppendArrayEnd(b, start)
}

func appendObjectID(b []byte, key string, value json.RawMessage) ([]byte, error) {
	s, err := decode[string](value)
	if err != nil {
		return nil, err
	}
	var id bson.ObjectID
	if n, err := hex.Decode(id[:], []byte(s)); err != nil || n != len(id) {
		return nil, fmt.Errorf("%q is no ObjectID", s)
	}
	return bsoncore.AppendObjectIDElement(b, key, id), nil
}

func decode[T any](value json.RawMessage) (v T, err error) {
	err = json.Unmarshal(value, &v)
	return v, err
}
