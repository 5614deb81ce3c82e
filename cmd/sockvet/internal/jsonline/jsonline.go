// Package jsonline encodes a value on one line, for files that people read and
// compare: "->" stays "->".
package jsonline

import (
	"bytes"
	"encoding/json"
	"io"
)

// Marshal is json.Marshal without the escapes that only matter inside HTML.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// WriteArray writes an array, one element a line: encoding/json offers one line
// for everything or one a member, and neither is good to read or to grep.
func WriteArray[T any](w io.Writer, elements []T) error {
	out := []byte("[")
	for i, e := range elements {
		line, err := Marshal(e)
		if err != nil {
			return err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, '\n'), line...)
	}
	if len(elements) > 0 {
		out = append(out, '\n')
	}
	_, err := w.Write(append(out, "]\n"...))
	return err
}
