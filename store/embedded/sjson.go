package embedded

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// sjsonReader turns FerretDB's SJSON into BSON: JSON whose key "$s" says the
// order and the types of the others.
// https://github.com/FerretDB/FerretDB/blob/v1.24.2/internal/handler/sjson/sjson.go
type sjsonReader struct {
	shapes  map[string]*shape // by their text: thousands of documents share one
	members []member          // of the objects and arrays that are being read, the innermost last
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
	r.members = r.members[:0]
	fields, err := r.split(text, '{')
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(fields, func(m member) bool { return string(m.key) == "$s" })
	if at < 0 {
		return nil, errors.New("no schema")
	}
	s, err := r.shape(fields[at].value)
	if err != nil {
		return nil, err
	}
	return r.appendFields(make([]byte, 0, len(text)), slices.Delete(fields, at, at+1), s)
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

// appendFields appends a BSON document with the fields in the shape's order.
func (r *sjsonReader) appendFields(b []byte, fields []member, s *shape) ([]byte, error) {
	if s == nil {
		return nil, errors.New("an object without a schema")
	}
	if len(fields) != len(s.Keys) {
		return nil, fmt.Errorf("%d fields, and %d in the schema", len(fields), len(s.Keys))
	}
	start, b := bsoncore.AppendDocumentStart(b)
	for i, key := range s.Keys {
		var err error
		if b, err = r.appendValue(b, key, valueOf(fields, i, key), s.Properties[key]); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return bsoncore.AppendDocumentEnd(b, start)
}

// appendValue appends one element.
func (r *sjsonReader) appendValue(b []byte, key string, value []byte, p property) ([]byte, error) {
	switch p.Type {
	case "string":
		return appendString(b, key, value)
	case "date":
		ms, err := integer(value, 64)
		return bsoncore.AppendDateTimeElement(b, key, ms), err
	case "int":
		n, err := integer(value, 32)
		return bsoncore.AppendInt32Element(b, key, int32(n)), err
	case "long":
		n, err := integer(value, 64)
		return bsoncore.AppendInt64Element(b, key, n), err
	case "double":
		n, err := decode[float64](value)
		return bsoncore.AppendDoubleElement(b, key, n), err
	case "bool":
		v, err := decode[bool](value)
		return bsoncore.AppendBooleanElement(b, key, v), err
	case "null":
		if string(value) != "null" {
			return nil, fmt.Errorf("%.20q is not null", value)
		}
		return bsoncore.AppendNullElement(b, key), nil
	case "array":
		return r.appendArray(b, key, value, p.Items)
	case "object":
		fields, err := r.split(value, '{')
		if err != nil {
			return nil, err
		}
		defer r.done(fields)
		return r.appendFields(bsoncore.AppendHeader(b, bsoncore.TypeEmbeddedDocument, key), fields, p.Shape)
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

func (r *sjsonReader) appendArray(b []byte, key string, value []byte, items []property) ([]byte, error) {
	values, err := r.split(value, '[')
	if err != nil {
		return nil, err
	}
	defer r.done(values)
	if len(values) != len(items) {
		return nil, fmt.Errorf("%d values and %d types", len(values), len(items))
	}
	start, b := bsoncore.AppendArrayElementStart(b, key)
	for i, v := range values {
		if b, err = r.appendValue(b, strconv.Itoa(i), v.value, items[i]); err != nil {
			return nil, err
		}
	}
	return bsoncore.AppendArrayEnd(b, start)
}

// appendString copies a string that is written as it is read, which nearly all are.
func appendString(b []byte, key string, value []byte) ([]byte, error) {
	if n := len(value); n >= 2 && value[0] == '"' && plain(value[1:n-1]) {
		b = bsoncore.AppendHeader(b, bsoncore.TypeString, key)
		b = binary.LittleEndian.AppendUint32(b, uint32(n-1))
		return append(append(b, value[1:n-1]...), 0), nil
	}
	s, err := decode[string](value)
	return bsoncore.AppendStringElement(b, key, s), err
}

// plain tells whether the inside of a JSON string stands for itself.
func plain(s []byte) bool {
	for _, c := range s {
		if c < ' ' || c == '\\' || c == '"' {
			return false
		}
	}
	return utf8.Valid(s)
}

func appendObjectID(b []byte, key string, value []byte) ([]byte, error) {
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

// integer reads a number as it would be written.
func integer(value []byte, bits int) (int64, error) {
	n, err := strconv.ParseInt(string(value), 10, bits)
	if err == nil && strconv.FormatInt(n, 10) != string(value) {
		err = errSyntax
	}
	return n, err
}

func decode[T any](value []byte) (v T, err error) {
	err = json.Unmarshal(value, &v)
	return v, err
}
